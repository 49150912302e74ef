import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { numberQuery } from "../../api/numbers.ts";

/** What is really in Twilio: read when the page is opened, and whenever somebody asks. */
export function useVerification(phoneNumberId: string) {
  const client = useQueryClient();
  return useQuery({
    queryKey: ["phone-numbers", "verification", phoneNumberId],
    queryFn: async ({ signal }) => {
      const query = { phoneNumberId };
      const found = await dataOf(api.GET("/api/phone-numbers/webhooks", { params: { query }, signal }));
      // Its health is what was found just now.
      void client.invalidateQueries({ queryKey: numberQuery(phoneNumberId).queryKey });
      return found;
    },
    refetchOnWindowFocus: false,
  });
}

export type VerificationQuery = ReturnType<typeof useVerification>;
