import { Center, Loader, Table, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useEffect, useRef } from "react";

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
  readonly height?: number | string;
}

const ROW_PX = 49;
const OVERSCAN = 8;
/** So many rows before the end, the next page is asked for. */
const AHEAD = 40;

/** A table of any length: only the rows in view are in the page, and further ones are asked for as one scrolls. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, rowKey, hasMore, isLoading, loadMore, height = "min(70vh, 720px)" } = props;
  const scrolled = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrolled.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  const isNearEnd = hasMore && !isLoading && lastIndex >= rows.length - AHEAD;
  useEffect(() => {
    if (isNearEnd) loadMore();
  }, [isNearEnd, loadMore]);
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <section
      ref={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      style={{ maxHeight: height, overflow: "auto", contain: "content" }}
    >
      <Table
        layout="fixed"
        stickyHeader
        highlightOnHover
        verticalSpacing={0}
        aria-rowcount={hasMore ? -1 : rows.length}
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, header, width, visibleFrom }) => (
              <Table.Th key={key} w={width} visibleFrom={visibleFrom} h={40}>
                {typeof header === "function" ? header(rows) : header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Spacer height={before} />
          {items.map(({ index }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <TableRow key={rowKey(row)} row={row} index={index} columns={columns} />
            );
          })}
          <Spacer height={after} />
        </Table.Tbody>
      </Table>
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
    <Table.Tr h={ROW_PX} aria-rowindex={index + 1}>
      {columns.map(({ key, cell, visibleFrom }) => (
        <Table.Td key={key} visibleFrom={visibleFrom}>
          {cell(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden style={{ height }}>
      <td />
    </tr>
  );
}
