// All of /api/**: the management API, and the webhooks that Twilio calls.
import { answer } from "../../../lib/switchhook.ts";

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
