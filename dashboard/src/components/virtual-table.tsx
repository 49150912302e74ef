import { Center, Loader, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, type ReactNode, useEffect, useEffectEvent, useRef } from "react";
import classes from "./virtual-table.module.css";

export interface Column<Row> {
  readonly key: string;
  readonly header: ReactNode | ((rows: readonly Row[]) => ReactNode);
  readonly cell: (row: Row) => ReactNode;
  readonly width?: number | string;
  /** The first width of the window at which there is room for it. */
  readonly visibleFrom?: "xs" | "sm" | "md" | "lg";
}

interface VirtualTableProps<Row> {
  readonly label: string;
  /** The same as long as no cell looks different. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly loadMore: () => void;
  /** Hears which rows are in view. */
  readonly showRows?: (first: number, last: number) => void;
  readonly height?: number | string;
}

const ROW_PX = 49;
const OVERSCAN = 8;
/** So many rows before the end, the next page is asked for. */
const AHEAD = 40;

/**
 * A table of any length: only the rows in view are in the page, and further ones are asked for as one scrolls. Rows are
 * plain elements of one height, each laid out by itself, so that a frame costs what comes into view and no more.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, rowKey, hasMore, isLoading, loadMore, height = "min(70vh, 720px)" } = props;
  const scrolled = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrolled.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    // Rendering within the scroll event would hold up the frame that shows it.
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const firstIndex = items.at(0)?.index ?? 0;
  const lastIndex = items.at(-1)?.index ?? 0;
  const showRows = useEffectEvent((first: number, last: number) => props.showRows?.(first, last));
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows may have come to the same place
  useEffect(() => showRows(firstIndex, lastIndex), [firstIndex, lastIndex, rows]);
  const isNearEnd = hasMore && !isLoading && lastIndex >= rows.length - AHEAD;
  useEffect(() => {
    if (isNearEnd) loadMore();
  }, [isNearEnd, loadMore]);
  return (
    <section
      ref={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className={classes.scrolled}
      style={{ maxHeight: height }}
    >
      <table className={classes.table} aria-rowcount={hasMore ? -1 : rows.length}>
        <thead className={classes.head}>
          <tr className={classes.row}>
            {columns.map((column) => (
              <th key={column.key} className={cellClass(column)} style={cellStyle(column)}>
                {typeof column.header === "function" ? column.header(rows) : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <TableRow key={rowKey(row)} row={row} index={index} columns={columns} />
            );
          })}
        </tbody>
      </table>
      {isLoading && (
        <Center py="sm" role="status">
          <Loader size="xs" mr="xs" />
          <Text size="sm" c="dimmed">
            Loading …
          </Text>
        </Center>
      )}
    </section>
  );
}

interface TableRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
}

// Scrolling renders the table anew with every frame; rows that stay must not be rendered with it.
const TableRow = memo(function TableRow<Row>({ row, index, columns }: TableRowProps<Row>) {
  return (
    <tr className={classes.row} style={rowStyle(index)} aria-rowindex={index + 1}>
      {columns.map((column) => (
        <td key={column.key} className={cellClass(column)} style={cellStyle(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

function rowStyle(index: number): CSSProperties {
  return { height: ROW_PX, transform: `translateY(${index * ROW_PX}px)` };
}

function cellClass<Row>({ visibleFrom }: Column<Row>): string {
  return visibleFrom === undefined ? `${classes.cell}` : `${classes.cell} ${classes[visibleFrom]}`;
}

function cellStyle<Row>({ width }: Column<Row>): CSSProperties | undefined {
  return width === undefined ? undefined : { flex: "none", width };
}
