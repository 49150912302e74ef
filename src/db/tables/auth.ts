/** better-auth's tables, as far as we read them ourselves. */
export interface OrganizationTable {
  id: string;
  name: string;
  slug: string;
  createdAt: Date;
}

export interface MemberTable {
  id: string;
  organizationId: string;
  userId: string;
  role: string;
  createdAt: Date;
}

export interface ApiKeyTable {
  id: string;
  /** The organization that owns the key; not a foreign key. */
  referenceId: string;
  /** SHA-256 of the key. */
  key: string;
  enabled: boolean;
  expiresAt: Date | null;
  /** JSON as text. */
  metadata: string | null;
}

export interface AuthTables {
  organization: OrganizationTable;
  member: MemberTable;
  apikey: ApiKeyTable;
}
