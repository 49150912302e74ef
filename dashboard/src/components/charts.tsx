// Charts, which are large: whoever needs one loads this with `lazy`, through `chart.tsx`.
import "@mantine/charts/styles.css";
import { BarChart, type BarChartProps } from "@mantine/charts";

const MIN_TICK_GAP_PX = 24;

export interface BarsProps extends BarChartProps {
  /** Whether there can be less than one of it. */
  readonly allowDecimals: boolean;
}

export default function Bars({ allowDecimals, ...props }: BarsProps) {
  return (
    <BarChart
      type="stacked"
      withLegend
      tickLine="none"
      gridAxis="x"
      yAxisProps={{ allowDecimals }}
      xAxisProps={{ minTickGap: MIN_TICK_GAP_PX }}
      // What a chart tells is beside it in words or in a table, so the keyboard passes it by.
      barChartProps={{ accessibilityLayer: false }}
      legendProps={{ verticalAlign: "bottom" }}
      {...props}
    />
  );
}
