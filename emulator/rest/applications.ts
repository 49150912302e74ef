import { APPLICATION_PARAMS, addApplication, patchApplication } from "../applications.ts";
import { readPatch } from "../fields.ts";
import type { ApplicationResource } from "../resources.ts";
import { created, missing, noContent, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { legacyEnvelope, readPage } from "./paging.ts";

const BASE = "/2010-04-01/Accounts/:accountSid/Applications";

export const applicationRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listApplications },
  { method: "POST", pattern: BASE, handler: createApplication },
  { method: "GET", pattern: `${BASE}/:sid`, handler: (context) => ok(present(applicationIn(context))) },
  { method: "POST", pattern: `${BASE}/:sid`, handler: updateApplication },
  { method: "DELETE", pattern: `${BASE}/:sid`, handler: deleteApplication },
];

function present(application: ApplicationResource) {
  const { account_sid: accountSid, sid } = application;
  return { ...application, uri: `/2010-04-01/Accounts/${accountSid}/Applications/${sid}.json` };
}

function applicationIn(context: RestContext): ApplicationResource {
  const application = context.instance.state.applications.get(pathParam(context, "sid"));
  if (application?.account_sid !== context.account.sid) throw missing(context);
  return application;
}

function listApplications(context: RestContext) {
  const friendlyName = context.request.query.get("FriendlyName");
  const page = readPage(
    context,
    context.instance.state.applications,
    (application) =>
      application.account_sid === context.account.sid &&
      (friendlyName === null || application.friendly_name === friendlyName),
  );
  return ok(legacyEnvelope(context, "applications", page, present));
}

function createApplication(context: RestContext) {
  const { instance, request, account } = context;
  const patch = readPatch(APPLICATION_PARAMS, request.form, instance.options);
  return created(present(addApplication(instance, account.sid, undefined, patch)));
}

function updateApplication(context: RestContext) {
  const application = applicationIn(context);
  const patch = readPatch(APPLICATION_PARAMS, context.request.form, context.instance.options);
  patchApplication(context.instance, application, patch);
  return ok(present(application));
}

function deleteApplication(context: RestContext) {
  context.instance.state.applications.delete(applicationIn(context).sid);
  return noContent();
}
