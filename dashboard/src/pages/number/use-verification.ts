import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";

/** What is really in Twilio: read when the page is opened, and whenever somebody asks. */
export function useVerification(phoneNumberId: string) {
  return useQuery({
    queryKey: ["phone-numbers", "verification", phoneNumberId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/phone-numbers/webhooks", { params: { query: { phoneNumberId } }, signal })),
    refetchOnWindowFocus: false,
  });
}

export type VerificationQuery = ReturnType<typeof useVerification>;
