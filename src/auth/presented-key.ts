/** The API key that a request presents: `x-api-key: KEY` or `Authorization: Bearer KEY`. */
export function presentedKey(request: Request): string | undefined {
  return request.headers.get("x-api-key") ?? bearerToken(request);
}

function bearerToken(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}
