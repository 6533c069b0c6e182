/** Bars side by side or stacked, upright or lying. */
import { axes, cellOf, figure, grid, height, legend, type Axis, type Look, type Option, type Series } from "./figures";

interface Bars {
  axis: Axis;
  series: Series[];
  is_stacked: boolean;
  is_horizontal: boolean;
}

export { cellOf as cell };

export function draw(data: Bars, look: Look): Option {
  const { category, value } = axes(data.axis, data.series[0], look);
  const upright = { xAxis: category, yAxis: value };
  // A lying axis counts from below: turned round, the first group stands on top.
  const start = look.isRightToLeft ? "right" : "left";
  const lying = { yAxis: { ...category, inverse: true, position: start }, xAxis: { ...value, position: "bottom", inverse: look.isRightToLeft } };
  const radius = data.is_horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0];
  return {
    ...(data.is_horizontal ? lying : upright),
    grid: grid(data.series.length > 1),
    legend: legend(data.series.map((one) => one.title), look),
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    series: data.series.map((one) => ({
      type: "bar",
      name: one.title,
      data: one.values.map(height),
      stack: data.is_stacked ? "all" : undefined,
      barMaxWidth: 40,
      itemStyle: { borderRadius: data.is_stacked ? 0 : radius },
      tooltip: { valueFormatter: (number: number | null) => figure(number, one, look.locale) },
    })),
  };
}
