import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import { whenReachable } from "../api/connection.ts";
import type { BarsProps } from "./charts.tsx";

const Bars = lazy(() => whenReachable(() => import("./charts.tsx")));

type StackedBarsProps = Pick<
  BarsProps,
  "data" | "dataKey" | "series" | "valueFormatter" | "allowDecimals"
> & {
  /** What a reader who sees no picture is told in its place. */
  readonly label: string;
  readonly height: number;
};

export function StackedBars({ label, height, ...chart }: StackedBarsProps) {
  return (
    <div role="img" aria-label={label}>
      <Suspense fallback={<Skeleton h={height} />}>
        <Bars h={height} {...chart} />
      </Suspense>
    </div>
  );
}
