/** Two dimensions as a grid of shades. */
import { figure, labels, type Axis, type Cell, type Column, type Look, type Option, type Pressed } from "./figures";

interface HeatMap extends Column {
  x: Axis;
  y: Axis;
  cells: [number, number, string | number | null][];
}

/** The group of a shade. */
export function cell(data: HeatMap, at: Pressed): Cell {
  const pressed = data.cells[at.dataIndex];
  return pressed ? [data.x.keys[pressed[0]], data.y.keys[pressed[1]]] : null;
}

export function draw(data: HeatMap, look: Look): Option {
  const numbers = data.cells.map((cell) => Number(cell[2] ?? 0));
  const label = { color: look.text };
  const rest = { axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false } };
  return {
    grid: { left: 8, right: 8, top: 8, bottom: 44, containLabel: true },
    xAxis: { type: "category", data: labels(data.x, look.locale), inverse: look.isRightToLeft, axisLabel: label, ...rest },
    yAxis: {
      type: "category",
      data: labels(data.y, look.locale),
      inverse: true,
      position: look.isRightToLeft ? "right" : "left",
      axisLabel: label,
      ...rest,
    },
    visualMap: {
      min: 0,
      max: Math.max(1, ...numbers),
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 120,
      itemWidth: 10,
      textStyle: { color: look.text },
      inRange: { color: [look.low, look.high] },
    },
    tooltip: { trigger: "item", valueFormatter: (value: unknown) => figure(last(value), data, look.locale) },
    series: [
      {
        type: "heatmap",
        name: data.title,
        data: data.cells.map(([x, y, value]) => [x, y, Number(value ?? 0)]),
        itemStyle: { borderColor: look.surface, borderWidth: 2, borderRadius: 3 },
      },
    ],
  };
}

function last(value: unknown): number {
  return Number(Array.isArray(value) ? value.at(-1) : value);
}
