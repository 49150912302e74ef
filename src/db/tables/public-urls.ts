/** Every base URL that this deployment has given to Twilio. */
export interface PublicUrlTable {
  url: string;
  first_used_at: Date;
}

export interface PublicUrlsTables {
  public_url: PublicUrlTable;
}
