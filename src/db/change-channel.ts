/** How announcements of changes arrive. Both databases use NOTIFY; they differ in what can be missed. */
export interface ChangeChannel {
  /** Whether whatever is committed now will be heard. */
  readonly isListening: boolean;
  /**
   * Resolves when everything that is committed from then on will be heard.
   *
   * @throws AppError `database_unreachable`
   */
  listen(listener: ChannelListener): Promise<void>;
  /** Resolves when everything that was committed before has been heard. Rejects, or never resolves, if it is not. */
  echo(): Promise<void>;
  close(): Promise<void>;
}

export interface ChannelListener {
  /** In the order of commits. */
  onPayload(payload: string): void;
  /** Announcements may have been missed. */
  onGap(): void;
}
