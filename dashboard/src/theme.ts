import { type CSSVariablesResolver, createTheme } from "@mantine/core";

// Their header is no banner of the page.
const OVERLAY = { closeButtonProps: { "aria-label": "Close" }, attributes: { header: { role: "none" } } };

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 8 },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.125rem" } } },
  components: {
    Anchor: { defaultProps: { underline: "always" } },
    Paper: { defaultProps: { withBorder: true, radius: "lg" } },
    Badge: { defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 600, miw: "max-content" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: { defaultProps: { ...OVERLAY, centered: true, radius: "lg" } },
    // In its landmark, and with nothing but items in it.
    Menu: { defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } },
    Drawer: { defaultProps: OVERLAY },
    Notification: {
      defaultProps: { closeButtonProps: { "aria-label": "Close" } },
      styles: { description: { color: "var(--mantine-color-dimmed)" } },
    },
  },
});

/** Mantine's greys are too pale for WCAG's contrast of 4.5 to 1 in these places. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c6470",
    "--mantine-color-placeholder": "#6b7280",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-red-filled": "#c92a2a",
    "--mantine-color-red-filled-hover": "#b02525",
    "--mantine-color-teal-light-color": "#066649",
    "--mantine-color-orange-light-color": "#a33a02",
    "--mantine-color-yellow-light-color": "#7c5200",
    "--mantine-color-red-light-color": "#b02525",
    "--mantine-color-blue-light-color": "#175a9c",
    "--mantine-color-gray-light-color": "#454c54",
    "--sh-canvas": "#f7f8fa",
    "--sh-line": "var(--mantine-color-gray-3)",
  },
  dark: {
    "--mantine-color-dimmed": "#a3a9b3",
    "--mantine-color-placeholder": "#9aa0aa",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-body": "#17191d",
    "--mantine-color-default": "#1f2227",
    "--mantine-color-default-border": "#363a42",
    "--sh-canvas": "#111316",
    "--sh-line": "#2b2f36",
  },
});
