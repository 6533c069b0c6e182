/** Lines over time, or areas. */
import { axes, cellOf, figure, grid, height, legend, type Axis, type Look, type Option, type Series } from "./figures";

interface Lines {
  axis: Axis;
  series: Series[];
  is_area: boolean;
}

export { cellOf as cell };

export function draw(data: Lines, look: Look): Option {
  const { category, value } = axes(data.axis, data.series[0], look);
  return {
    xAxis: { ...category, boundaryGap: false },
    yAxis: value,
    grid: grid(data.series.length > 1),
    legend: legend(data.series.map((one) => one.title), look),
    tooltip: { trigger: "axis" },
    series: data.series.map((one) => ({
      type: "line",
      name: one.title,
      data: one.values.map(height),
      showSymbol: data.axis.labels.length < 20,
      symbolSize: 6,
      lineStyle: { width: 2 },
      areaStyle: data.is_area ? { opacity: 0.14 } : undefined,
      tooltip: { valueFormatter: (number: number | null) => figure(number, one, look.locale) },
    })),
  };
}
