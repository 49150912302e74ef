import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/**
 * Puts the focus on the content when the page changes: what was clicked may be gone, and a keyboard or a screen reader
 * would begin at the top again. Not while a field has it, which is a form's or filter's own business.
 */
export function usePageFocus(): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (document.activeElement?.closest("input, textarea, select, [role=dialog]")) return;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [pathname]);
}
