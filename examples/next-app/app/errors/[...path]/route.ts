// The pages that the `type` of an error leads to.
import { answer } from "../../../lib/switchhook.ts";

export { answer as GET };
