// The URL of an endpoint that a tenant chooses: an agent's, a meter's, that of somebody who wants the alerts. In a file of
// its own, because forms in the browser check with it, too.
import { z } from "zod";

/** As it is written. Whether it may be reached is known to address-policy.ts. */
export const endpointUrlSchema = z
  .url({
    protocol: /^https?$/,
    error: "A URL that begins with https://, or with http:// where the operator has allowed the host",
  })
  .max(2_000);
