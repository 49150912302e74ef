import { signIn } from "../../lib/session.ts";

export async function POST(request: Request): Promise<Response> {
  const form = await request.formData();
  const password = form.get("password");
  const cookie = typeof password === "string" ? signIn(password) : undefined;
  if (cookie === undefined) return new Response("That is not the password.", { status: 403 });
  return new Response(null, { status: 303, headers: { location: "/", "set-cookie": cookie } });
}
