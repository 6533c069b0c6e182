/**
 * `<dg-chart>` with an ECharts option as JSON inside: drawn as SVG in the page's own colours.
 *
 * The numbers stand in a table beside it, for readers without eyes for charts and without scripts.
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

const SERIES = 8;

class Chart extends HTMLElement {
  #chart: echarts.ECharts | null = null;
  readonly #box = document.createElement("div");

  connectedCallback(): void {
    const text = this.querySelector('script[type="application/json"]')?.textContent;
    if (!text || this.#chart) return;
    const option = JSON.parse(text) as Record<string, unknown>;
    this.#box.className = "chart";
    this.#box.dir = "ltr";
    this.append(this.#box);
    this.#chart = echarts.init(this.#box, null, { renderer: "svg" });
    this.#draw(option);
    this.#chart.on("click", (event) => this.#drill(event.dataIndex));
    new ResizeObserver(() => this.#chart?.resize()).observe(this.#box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(option));
  }

  disconnectedCallback(): void {
    this.#chart?.dispose();
    this.#chart = null;
  }

  #draw(option: Record<string, unknown>): void {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#chart?.setOption({ ...colors(this), ...option, animation: !isStill, aria: { enabled: true } });
  }

  #drill(index: number): void {
    const links = this.closest(".tile")?.querySelectorAll<HTMLAnchorElement>("[data-drill]");
    links?.[index]?.click();
  }
}

/** Colours and type from the tokens, resolved for light or dark. */
function colors(element: HTMLElement): Record<string, unknown> {
  const probe = document.createElement("span");
  element.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const text = resolve("--text-muted");
  const found = {
    color: Array.from({ length: SERIES }, (_, index) => resolve(`--chart-${index + 1}`)),
    backgroundColor: "transparent",
    textStyle: { color: text, fontFamily: getComputedStyle(element).fontFamily },
  };
  probe.remove();
  return found;
}

customElements.define("dg-chart", Chart);
