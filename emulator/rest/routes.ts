import { accountRoutes } from "./accounts.ts";
import { addressConfigurationRoutes } from "./address-configurations.ts";
import { alertRoutes } from "./alerts.ts";
import { applicationRoutes } from "./applications.ts";
import { authTokenRoutes } from "./auth-tokens.ts";
import { callRoutes } from "./calls.ts";
import { channelSenderRoutes } from "./channel-senders.ts";
import type { Route } from "./context.ts";
import { eventRoutes } from "./events.ts";
import { inboundRegionRoutes } from "./inbound-regions.ts";
import { incomingPhoneNumberRoutes } from "./incoming-phone-numbers.ts";
import { messageRoutes } from "./messages.ts";
import { serviceMemberRoutes } from "./service-members.ts";
import { serviceRoutes } from "./services.ts";
import { usageRecordRoutes } from "./usage-records.ts";

/** All products on one origin: their paths do not collide for the resources that are here. */
export const restRoutes: readonly Route[] = [
  ...incomingPhoneNumberRoutes,
  ...channelSenderRoutes,
  ...serviceRoutes,
  ...serviceMemberRoutes,
  ...messageRoutes,
  ...callRoutes,
  ...usageRecordRoutes,
  ...applicationRoutes,
  ...accountRoutes,
  ...alertRoutes,
  ...eventRoutes,
  ...inboundRegionRoutes,
  ...addressConfigurationRoutes,
  ...authTokenRoutes,
];
