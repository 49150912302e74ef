export const DIRECTIONS = ["inbound", "outbound"] as const;

export const DIRECTION_OPTIONS = [
  { value: "inbound", label: "Inbound" },
  { value: "outbound", label: "Outbound" },
] as const;
