import type { ControlCall } from "./control-method.ts";
import { parseControlCall } from "./control-schemas.ts";
import type { Reply } from "./rest/context.ts";
import type { Control } from "./types.ts";

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/**
 * The control object over HTTP: `POST /_emulator/{method}` with the method's arguments as a JSON array, answered
 * with what it returns. `GET` serves for methods without arguments.
 */
export async function answerControl(control: Control, request: ControlRequest): Promise<Reply> {
  const name = request.path.replace(/^\/_emulator\/?/, "");
  try {
    const args: unknown = request.body === "" ? [] : JSON.parse(request.body);
    const call: ControlCall | null = parseControlCall(name, args);
    if (!call) return { status: 404, body: { error: `There is no control method ${name}` } };
    const result = await call(control);
    return result === undefined ? { status: 204 } : { status: 200, body: JSON.stringify(result) };
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}
