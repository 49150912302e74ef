/** Every base URL that this deployment has given to Twilio. */
export interface PublicUrlTable {
  url: string;
  first_used_at: Date;
  /** Since when it has been found that no number has it and no node gives it; null while one does. */
  idle_since: Date | null;
}

export interface PublicUrlsTables {
  public_url: PublicUrlTable;
}
