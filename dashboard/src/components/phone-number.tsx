import { useQuery } from "@tanstack/react-query";

/** Formatted as its country does. The rules are large, so they come after the page; until then it is as it is dialled. */
export function PhoneNumber({ e164 }: { readonly e164: string }) {
  const { data: format } = useQuery({
    queryKey: ["phone-number-format"],
    queryFn: async () => (await import("./phone-number-format.ts")).formatPhoneNumber,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    networkMode: "always",
  });
  return <span className="number">{format?.(e164) ?? e164}</span>;
}
