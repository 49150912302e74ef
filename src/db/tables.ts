// The tables as Kysely sees them: one file a folder, in it one interface a table, columns as in SQL. The DDL is in migrations/.
import type { AccountsTables } from "./tables/accounts.ts";
import type { AgentsTables } from "./tables/agents.ts";
import type { AlertsTables } from "./tables/alerts.ts";
import type { AuditTables } from "./tables/audit.ts";
import type { AuthTables } from "./tables/auth.ts";
import type { DriftTables } from "./tables/drift.ts";
import type { FleetTables } from "./tables/fleet.ts";
import type { HttpTables } from "./tables/http.ts";
import type { PhoneNumbersTables } from "./tables/phone-numbers.ts";
import type { PublicUrlsTables } from "./tables/public-urls.ts";
import type { ReceiversTables } from "./tables/receivers.ts";
import type { TrafficTables } from "./tables/traffic.ts";
import type { UsageTables } from "./tables/usage.ts";

export interface Tables
  extends AccountsTables,
    AgentsTables,
    AlertsTables,
    AuditTables,
    AuthTables,
    DriftTables,
    FleetTables,
    HttpTables,
    PhoneNumbersTables,
    PublicUrlsTables,
    ReceiversTables,
    TrafficTables,
    UsageTables {}
