/** All durations in milliseconds. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default "127.0.0.1". */
  host?: string;
  /** Default false: like Twilio, refuse callback URLs that Twilio could not reach. */
  allowLocalhostUrls?: boolean;
  /** Default true. */
  requireAuth?: boolean;
  /** How long a WhatsApp sender stays ONLINE:UPDATING after an update. Default 0: until it is next read. */
  senderUpdateMs?: number;
  /** Added to every REST request. Default 0. */
  latencyMs?: number;
  /** Requests in flight per account; those over it are answered 429. Default: no limit. */
  concurrencyLimit?: number;
  /**
   * Whether setting a URL clears the application SID and the other way round. Sources conflict, so both are
   * possible. Default false: the URL is kept, and ignored.
   */
  urlClearsApplication?: boolean;
  /** Outbound messages and calls run through their states by themselves. Default false. */
  autoAdvance?: boolean;
  /**
   * Calls and messages get their price when they end, where Twilio takes up to a day. The figures are the emulator's
   * own. Default false: prices stay null until `setPrice`.
   */
  autoPrice?: boolean;
  /**
   * Lists of calls and messages show the last item of each page again as the first of the next one, as Twilio's do
   * when they grow while being read. Default false.
   */
  repeatAcrossPages?: boolean;
  /**
   * Whether the Conversation that an address configuration starts captures inbound messages, so that nobody else hears
   * of them. Sources conflict, so both are possible. Default false: they go where they would go without it.
   */
  conversationsCapture?: boolean;
  /** The ceiling for one webhook including its retries. Default 15000. */
  webhookTimeoutMs?: number;
  /** Milliseconds since the epoch. Default Date.now. */
  now?: () => number;
  /** 0 <= x < 1; SIDs and tokens come from it. Default Math.random. */
  random?: () => number;
}

export type ResolvedOptions = Required<EmulatorOptions>;

export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  return {
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    allowLocalhostUrls: options.allowLocalhostUrls ?? false,
    requireAuth: options.requireAuth ?? true,
    senderUpdateMs: options.senderUpdateMs ?? 0,
    latencyMs: options.latencyMs ?? 0,
    concurrencyLimit: options.concurrencyLimit ?? Number.POSITIVE_INFINITY,
    urlClearsApplication: options.urlClearsApplication ?? false,
    autoAdvance: options.autoAdvance ?? false,
    autoPrice: options.autoPrice ?? false,
    repeatAcrossPages: options.repeatAcrossPages ?? false,
    conversationsCapture: options.conversationsCapture ?? false,
    webhookTimeoutMs: options.webhookTimeoutMs ?? 15_000,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  };
}
