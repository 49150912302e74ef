import { Client } from "pg";
import { readFileSync } from "node:fs";
const url = /URL (\S+)/.exec(readFileSync("/tmp/usage-lab/pg.log","utf8"))![1]! + "/postgres?options=-c%20search_path%3Dswitchhook";
const c = new Client(url); await c.connect();
const pid = (await c.query("select pg_backend_pid() p")).rows[0].p;
const cpu = () => { const f = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" "); return (Number(f[11]) + Number(f[12])) * 10; };
async function run(name: string, q: string, n = 40) { let rows = (await c.query(q)).rows.length; const k = cpu(); const u = process.cpuUsage(); for (let i = 0; i < n; i++) await c.query(q); const v = process.cpuUsage(u); console.log(name.padEnd(34), rows, "pg cpu", ((cpu() - k) / n).toFixed(1), "node cpu", ((v.user + v.system) / 1000 / n).toFixed(1)); }
const rate = `rate as materialized (select day::date as day, kind, direction, coalesce(sum(amount) filter (where unit = 'minute'), 0) as per_minute,
      coalesce(sum(amount) filter (where unit = 'segment'), 0) as per_segment, coalesce(sum(amount) filter (where unit = 'message'), 0) as per_message
    from usage_rate_period join generate_series('2026-03-01'::date::timestamp, '2026-03-31'::date::timestamp, interval '1 day') as day
      on day >= effective_from and (effective_until is null or day < effective_until) where org_id = 'org_default' group by 1, 2, 3)`;
const W = `org_id = 'org_default' and day between '2026-03-01'::date and '2026-03-31'::date`;
const A = `sum(count)::bigint as count, sum(seconds)::bigint as seconds, sum(minutes)::bigint as minutes, sum(segments)::bigint as segments, sum(price) as price`;
const cost1 = `minutes * per_minute + segments * per_segment + count * per_message`;
const cost2 = `case kind when 'voice' then minutes * per_minute else segments * per_segment + count * per_message end`;
const un = `coalesce(sum(count) filter (where per_minute is null), 0)::bigint as unrated_count`;
const byUnit = (cost: string, t = "usage_agent_daily") => `by_unit as materialized (select day, agent_id, price_unit, ${A}, sum(${cost}) as cost, ${un} from ${t} left join rate using (day, kind, direction) where ${W} group by day, agent_id, price_unit)`;

const rateN = rate.replace("coalesce(sum(amount) filter (where unit = 'minute'), 0) as per_minute", "(coalesce(sum(amount) filter (where unit = 'minute'), 0) * 1000000000)::bigint as per_minute").replace("coalesce(sum(amount) filter (where unit = 'segment'), 0) as per_segment", "(coalesce(sum(amount) filter (where unit = 'segment'), 0) * 1000000000)::bigint as per_segment").replace("coalesce(sum(amount) filter (where unit = 'message'), 0) as per_message", "(coalesce(sum(amount) filter (where unit = 'message'), 0) * 1000000000)::bigint as per_message");
const bu = (r: string, cols: string) => `with ${r}, by_unit as materialized (select day, agent_id, price_unit, ${cols} from usage_agent_daily left join rate using (day, kind, direction) where ${W} group by day, agent_id, price_unit) select max(by_unit::text) from (select * from by_unit offset 0) by_unit`;
const bx = (r: string, cols: string, names: string) => `with ${r}, by_unit as materialized (select day, agent_id, price_unit, ${cols} from usage_agent_daily left join rate using (day, kind, direction) where ${W} group by day, agent_id, price_unit) select ${names.split(",").map((n) => `max(${n})`).join()} from by_unit`;
await run("count", bx(rate, "sum(count)::bigint a", "a"));
await run("4 sums", bx(rate, "sum(count)::bigint a, sum(seconds)::bigint b, sum(minutes)::bigint c, sum(segments)::bigint d", "a,b,c,d"));
await run("4 sums price", bx(rate, "sum(count)::bigint a, sum(seconds)::bigint b, sum(minutes)::bigint c, sum(segments)::bigint d, sum(price) e", "a,b,c,d,e"));
await run("4 sums price unrated", bx(rate, `sum(count)::bigint a, sum(seconds)::bigint b, sum(minutes)::bigint c, sum(segments)::bigint d, sum(price) e, ${un}`, "a,b,c,d,e,unrated_count"));
await run("  + cost2", bx(rate, `sum(count)::bigint a, sum(seconds)::bigint b, sum(minutes)::bigint c, sum(segments)::bigint d, sum(price) e, ${un}, sum(${cost2}) f`, "a,b,c,d,e,unrated_count,f"));
await run("  + cost nano", bx(rateN, `sum(count)::bigint a, sum(seconds)::bigint b, sum(minutes)::bigint c, sum(segments)::bigint d, sum(price) e, ${un}, sum(${cost1}) * 0.000000001 f`, "a,b,c,d,e,unrated_count,f"));
await c.end();
