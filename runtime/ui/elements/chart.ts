/**
 * `<dg-chart data-type="bar">` with the chart's data as JSON inside: drawn as SVG in our colours.
 *
 * How a chart looks is its file's in `charts/`. The numbers stand in a table beside it, for readers
 * without eyes for charts and without scripts.
 */
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Cell, Look, Option, Pressed } from "../charts/figures";
import { pageFact } from "../partial_updates";

echarts.use([
  AriaComponent,
  BarChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  PieChart,
  SVGRenderer,
  TooltipComponent,
  VisualMapComponent,
]);

interface Drawing {
  draw(data: unknown, look: Look): Option;
  cell(data: unknown, at: Pressed): Cell;
}

const drawings = import.meta.glob<Drawing>(["../charts/*.ts", "!../charts/figures.ts", "!../charts/*.test.ts"], {
  eager: true,
});
const SERIES = 8;

class Chart extends HTMLElement {
  #chart: echarts.ECharts | null = null;
  readonly #box = document.createElement("div");

  connectedCallback(): void {
    const text = this.querySelector('script[type="application/json"]')?.textContent;
    const drawing = drawings[`../charts/${this.dataset["type"] ?? ""}.ts`];
    if (!text || !drawing || this.#chart) return;
    const data: unknown = JSON.parse(text);
    this.#box.className = "chart";
    this.#box.dir = "ltr";
    this.append(this.#box);
    this.#chart = echarts.init(this.#box, null, { renderer: "svg" });
    const draw = (): void => this.#draw(drawing, data);
    draw();
    this.#chart.on("click", (event) => {
      const at = { seriesIndex: event.seriesIndex ?? 0, dataIndex: event.dataIndex };
      this.#drill(drawing.cell(data, at));
    });
    new ResizeObserver(() => {
      this.#chart?.resize();
      draw(); // a legend may need another line
    }).observe(this.#box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }

  disconnectedCallback(): void {
    this.#chart?.dispose();
    this.#chart = null;
  }

  #draw(drawing: Drawing, data: unknown): void {
    const look = lookOf(this, this.#box);
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const option = drawing.draw(data, look);
    this.#chart?.setOption({
      color: Array.from({ length: SERIES }, (_, index) => colorOf(this, `--chart-${index + 1}`)),
      backgroundColor: "transparent",
      textStyle: { color: look.text, fontFamily: getComputedStyle(this).fontFamily },
      aria: { enabled: true },
      animation: !isStill,
      animationDuration: 180,
      ...option,
      tooltip: { ...tooltip(look), ...(option["tooltip"] as Option) },
    });
  }

  /** A press on a bar or slice follows the link of its row in the table. */
  #drill(cell: Cell): void {
    const wanted = JSON.stringify(cell);
    const links = this.closest(".tile")?.querySelectorAll<HTMLAnchorElement>("[data-drill]") ?? [];
    const meant = Array.from(links).find((link) => cellOf(link) === wanted);
    meant?.click();
  }
}

function cellOf(link: HTMLAnchorElement): string | null {
  return new URL(link.href).searchParams.get("cell");
}

/** Drawn as text: the usual one is HTML with style attributes, which our pages do not allow. */
function tooltip(look: Look): Option {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: look.surface,
    borderColor: look.line,
    textStyle: { color: look.text },
  };
}

function lookOf(element: HTMLElement, box: HTMLElement): Look {
  return {
    locale: pageFact("locale") || "en",
    isRightToLeft: document.dir === "rtl",
    text: colorOf(element, "--text-muted"),
    line: colorOf(element, "--chart-grid"),
    surface: colorOf(element, "--surface-raised"),
    low: colorOf(element, "--chart-ramp-low"),
    high: colorOf(element, "--chart-ramp-high"),
    width: box.clientWidth,
    height: box.clientHeight,
  };
}

/** A token as a plain colour: ECharts knows neither variables nor `light-dark()`. */
function colorOf(element: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

customElements.define("dg-chart", Chart);
