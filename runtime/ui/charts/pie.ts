/** Shares of a whole, as slices or a ring. */
import { figure, height, wholeLegend, type Cell, type Column, type Look, type Option, type Pressed } from "./figures";

interface Pie extends Column {
  slices: { key?: unknown; label: string; value: string | number | null }[];
  is_donut: boolean;
}

/** The group of a slice; the smallest, put together, have none. */
export function cell(data: Pie, at: Pressed): Cell {
  const slice = data.slices[at.dataIndex];
  return slice && "key" in slice ? [slice.key] : null;
}

export function draw(data: Pie, look: Look): Option {
  const names = data.slices.map((one) => one.label);
  const below = wholeLegend(names, look);
  // What the legend leaves of the box; the ring is as large as the smaller side of that.
  const room = Math.max(look.height - below.height, 0);
  const radius = Math.max(Math.min(room, look.width) / 2 - 8, 20);
  return {
    legend: { ...below.option, left: "center", align: look.isRightToLeft ? "right" : "left" },
    tooltip: { trigger: "item", valueFormatter: (number: number) => figure(number, data, look.locale) },
    series: [
      {
        type: "pie",
        radius: data.is_donut ? [radius * 0.66, radius] : radius,
        center: ["50%", room / 2],
        clockwise: !look.isRightToLeft,
        label: { show: false },
        itemStyle: { borderColor: look.surface, borderWidth: 2 },
        data: data.slices.map((one) => ({ name: one.label, value: height(one.value) })),
      },
    ],
  };
}
