import type { AddressConfiguration } from "../resources.ts";
import { missing, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { metaEnvelope, readPage } from "./paging.ts";

const BASE = "/v1/Configuration/Addresses";

/** Conversations that start by themselves when a message comes in. Read only: the control object creates them. */
export const addressConfigurationRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listAddresses },
  { method: "GET", pattern: `${BASE}/:sid`, handler: fetchAddress },
];

function present(context: RestContext, configuration: AddressConfiguration) {
  return { ...configuration, url: `${context.instance.origin}${BASE}/${configuration.sid}` };
}

function listAddresses(context: RestContext) {
  const type = context.request.query.get("Type");
  const page = readPage(
    context,
    context.instance.state.addresses,
    (address) => address.account_sid === context.account.sid && (type === null || address.type === type),
  );
  return ok(metaEnvelope(context, "address_configurations", page, (address) => present(context, address)));
}

function fetchAddress(context: RestContext) {
  const wanted = pathParam(context, "sid");
  const address = context.instance.state.addresses.find(
    (candidate) => candidate.sid === wanted || candidate.address === wanted,
  );
  if (address?.account_sid !== context.account.sid) throw missing(context);
  return ok(present(context, address));
}
