/** Shares of a whole, as slices or a ring. */
import { figure, height, type Column, type Look, type Option } from "./figures";

interface Pie extends Column {
  slices: { label: string; value: string | number | null }[];
  is_donut: boolean;
}

export function draw(data: Pie, look: Look): Option {
  return {
    legend: {
      type: "scroll",
      orient: "vertical",
      top: "middle",
      [look.isRightToLeft ? "left" : "right"]: 0,
      align: look.isRightToLeft ? "right" : "left",
      textStyle: { color: look.text },
      icon: "circle",
    },
    tooltip: { trigger: "item", valueFormatter: (number: number) => figure(number, data, look.locale) },
    series: [
      {
        type: "pie",
        radius: data.is_donut ? ["52%", "78%"] : "78%",
        center: [look.isRightToLeft ? "66%" : "34%", "50%"],
        clockwise: !look.isRightToLeft,
        label: { show: false },
        itemStyle: { borderColor: look.surface, borderWidth: 2 },
        data: data.slices.map((one) => ({ name: one.label, value: height(one.value) })),
      },
    ],
  };
}
