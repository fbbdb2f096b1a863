import { once } from "node:events";
import type { ReservedSql, Sql } from "postgres";
import { BLOCK } from "@/lifecycle/notice/tables";

const PLACES = "清云龙凤金银平安永兴太白青石南北东西上下大小新古长高红黄".split("");
const WATERS = "溪山湖岭河桥坪塘湾坝沟寨镇冲坡田林泉井洲".split("");
const OBJECTS =
  "小学 中学 幼儿园 人民医院 卫生院 污水处理厂 供水管网 农贸市场 体育馆 图书馆 水库 堤防 变电站 老旧小区 保障性住房 产业园 养老院 停车场 公园 公路 大桥 隧道 垃圾填埋场 粮库 博物馆 消防站 派出所 客运站 冷链物流园 光伏电站".split(
    " ",
  );
const WORKS =
  "新建 扩建 改造 维修 加固 装饰装修 绿化 信息化建设 智能化 设备采购 监理 勘察 设计 检测 消防改造 电梯采购 道路工程 排水工程 土石方工程 钢结构工程".split(
    " ",
  );
const OWNERS = "教育局 卫生健康局 水务局 交通运输局 城市建设投资公司 住房和城乡建设局 文化旅游局 农业农村局".split(" ");
const KINDS = [
  ["tender", "招标公告"],
  ["candidates", "中标候选人公示"],
  ["result", "中标结果公告"],
  ["opening-record", "开标记录"],
] as const;
const SUBJECTS = ["works", "works", "goods", "services", "survey_design"] as const;
const REGIONS = Array.from({ length: 60 }, (_, i) => `52${String(1 + (i % 9)).padStart(2, "0")}${10 + (i % 7)}`);

/** Numbers that come out the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export interface MadeNotice {
  readonly number: string;
  readonly title: string;
  readonly kind: string;
  readonly text: string;
  readonly region: string;
  readonly subject: string;
}

/** The n-th invented notice: like the real ones in what it says and in how often its words return. */
export function madeNotice(n: number): MadeNotice {
  const of = numbers(n >> 2);
  const pick = <T>(from: readonly T[]): T => from[of(from.length)]!;
  const place = pick(PLACES) + pick(WATERS);
  const project = `${place}${pick(WATERS)}${pick(OBJECTS)}${pick(WORKS)}`;
  const [kind, suffix] = KINDS[n & 3]!;
  const number = `E52${String(n >> 2).padStart(12, "0")}-${n & 3}`;
  const year = 2020 + Math.floor(n / 160_000);
  const title = `${project}（${year}年第${1 + of(40)}批）${suffix}`;
  const text = `${title}\n${number}\n${place}${pick(OWNERS)}\n建筑面积${100 + of(9000)}平方米`
    .normalize("NFKC")
    .toLowerCase();
  return { number, title, kind, text, region: pick(REGIONS), subject: pick(SUBJECTS) };
}

const uuid = (space: number, n: number) => `00000000-0000-4000-8${space}00-${n.toString(16).padStart(12, "0")}`;
/** A line for `copy`: of what needs an escape there, invented notices hold line ends alone. */
const row = (values: readonly string[]) => `${values.join("\t").replaceAll("\n", "\\n")}\n`;

/** Notices of a bench: so many, of one site, as if it were now. */
interface Plan {
  readonly count: number;
  readonly site: string;
  readonly now: Date;
}

/** Lots whose deadline lies ahead. */
const OPEN_LOTS = 2_000;

/**
 * Fills a database with `count` published notices, four of a lot, the newest a minute old. What makes that fast is for a
 * bench alone: triggers sleep, nothing is written twice for a crash, and indexes are built afterwards. What a trigger
 * does for one notice is measured apart.
 */
export async function fillNotices(owner: Sql, count: number, say: (line: string) => void): Promise<void> {
  const sql = await owner.reserve();
  await sql`set session_replication_role = replica`;
  await sql`set statement_timeout = 0`;
  await sql`set synchronous_commit = off`;
  await sql`set maintenance_work_mem = '1GB'`;
  // Nobody gives places meanwhile, and what has one gives it up: it came too late.
  await sql`select pg_advisory_lock(7265002)`;
  await sql`truncate notice_postings`;
  await sql`update notice_words set place = null where place is not null`;
  for (const table of ["notices", "notice_words", "notice_postings", "lots"])
    await sql.unsafe(`alter table ${table} set unlogged`);
  const [model] = await sql<{ lot: string; site: string; now: string | Date; columns: string }[]>`
    select lot.id as lot, lot.site_id as site, xb_now() as now, string_agg(quote_ident(column_name), ', ') as columns
    from (select id, site_id from lots where state = 'T1' limit 1) as lot, information_schema.columns
    where table_schema = 'public' and table_name = 'lots' and column_name not in ('id', 'code', 'bid_deadline', 'state')
    group by lot.id, lot.site_id`;
  const plan = { count, site: model!.site, now: new Date(model!.now) };
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename in ('notices', 'notice_words', 'notice_postings', 'lots') and indexdef not like 'CREATE UNIQUE%'`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  await sql.unsafe(`
    insert into lots (id, code, bid_deadline, state, ${model!.columns})
    select ('00000000-0000-4000-8100-' || lpad(to_hex(i), 12, '0'))::uuid, 'E52' || lpad(i::text, 12, '0'),
      xb_now() + (i - ${count / 4 - OPEN_LOTS}) * interval '10 minutes',
      case when i > ${count / 4 - OPEN_LOTS} then 'T1' else 'A3' end, ${model!.columns}
    from lots, generate_series(0, ${count / 4 - 1}) i where id = '${model!.lot}'`);
  await copyNotices(sql, plan);
  say(`${count} notices`);
  await copyWords(sql, plan);
  await writePostings(sql, plan);
  say("what they are found by");
  for (const { definition } of indexes) await sql.unsafe(definition);
  say("indexes");
  await sql.unsafe("vacuum (analyze) notices, notice_words, notice_postings, lots");
  await sql`select pg_advisory_unlock(7265002)`;
  await sql`set session_replication_role = origin`;
  sql.release();
}

const publishedAt = (n: number, { count, now }: Plan) => new Date(now.getTime() - 60_000 - (count - n) * 180_000);
const deadline = (n: number, { count, now }: Plan) =>
  new Date(now.getTime() + ((n >> 2) - (count / 4 - OPEN_LOTS)) * 600_000);
const ceiling = (n: number) => (1 + (n % 997)) * 30_000_000;

async function copyNotices(sql: ReservedSql, plan: Plan): Promise<void> {
  const into = await sql`
    copy notices (id, site_id, lot_id, tender_project_id, number, kind, title, fields, body, content_hash, published_at) from stdin`.writable();
  await pour(into, plan.count, (n) => {
    const { number, title, kind } = madeNotice(n);
    const fields = kind === "result" ? `{"winningPrice": "¥${ceiling(n) / 100}"}` : "{}";
    const at = publishedAt(n, plan).toISOString();
    return row([uuid(2, n), plan.site, uuid(1, n >> 2), uuid(3, n >> 2), number, kind, title, fields, title, "0", at]);
  });
}

async function copyWords(sql: ReservedSql, plan: Plan): Promise<void> {
  const into = await sql`
    copy notice_words (notice_id, of_site, published_at, deadline, number, kind, text, region_code, subject, ceiling_fen, place)
    from stdin`.writable();
  await pour(into, plan.count, (n) => {
    const { number, kind, text, region, subject } = madeNotice(n);
    const times = [publishedAt(n, plan), deadline(n, plan)].map((at) => at.toISOString());
    const facets = [region, subject, String(ceiling(n))];
    return row([uuid(2, n), plan.site, ...times, number, kind, text, ...facets, String(n)]);
  });
}

/** Of a gram that so many notices of a block hold, the bits are written; of others, their numbers are shorter. */
const OFTEN = 64;

/** As `xb_place_notices` writes them. */
async function writePostings(sql: ReservedSql, plan: Plan): Promise<void> {
  await sql`create temp table rare_grams (gram text, block integer, held integer[])`;
  for (let block = 0; block * BLOCK < plan.count; block++) {
    const grams = [...gramsOfBlock(block, plan)];
    const [often, rare] = [true, false].map((wanted) => grams.filter(([, held]) => held.length >= OFTEN === wanted));
    const bits = await sql`copy notice_postings (gram, block, bits) from stdin`.writable();
    await pour(bits, often!.length, (i) => row([often![i]![0], String(block), bitsOf(often![i]![1])]));
    const numbers = await sql`copy rare_grams from stdin`.writable();
    await pour(numbers, rare!.length, (i) => row([rare![i]![0], String(block), `{${rare![i]![1]}}`]));
  }
  await sql.unsafe(`
    insert into notice_postings (gram, block, bits)
    select gram, block, (select bit_or(set_bit(b'0'::bit(${BLOCK}), i, 1)) from unnest(held) i) from rare_grams`);
  await sql`drop table rare_grams`;
}

function gramsOfBlock(block: number, { count, site }: Plan): Map<string, number[]> {
  const held = new Map<string, number[]>();
  for (let i = 0; i < BLOCK && block * BLOCK + i < count; i++) {
    const n = block * BLOCK + i;
    for (const gram of gramsOf(madeNotice(n), ceiling(n), site)) {
      const by = held.get(gram);
      if (!by) held.set(gram, [i]);
      else if (by.at(-1) !== i) by.push(i);
    }
  }
  return held;
}

/** As the database reads bits. */
function bitsOf(held: readonly number[]): string {
  const bits = Buffer.alloc(BLOCK / 8);
  for (const i of held) bits[i >> 3]! |= 0x80 >> (i & 7);
  return `x${bits.toString("hex")}`;
}

/** As `xb_grams` and `xb_facets` make them, and the site; a gram that occurs twice stands there twice. */
function gramsOf({ text, kind, region, subject }: MadeNotice, ceilingFen: number, site: string): string[] {
  const band = [1e8, 1e9, 5e9, 1e10].filter((from) => ceilingFen >= from).length;
  const facets = [kind, region.slice(0, 2), region.slice(0, 4), region, subject, `band${band}`];
  const grams = [site, ...facets].map((facet) => ` ${facet}`);
  // No character of an invented notice takes two places.
  for (const line of text.split("\n"))
    for (let i = 0; i < line.length; i++)
      for (let n = 1; n <= Math.min(4, line.length - i); n++) grams.push(line.slice(i, i + n));
  return grams;
}

async function pour(into: NodeJS.WritableStream, count: number, line: (n: number) => string): Promise<void> {
  let part = "";
  for (let n = 0; n < count; n++) {
    part += line(n);
    if (part.length < 1 << 18) continue;
    if (!into.write(part)) await once(into, "drain");
    part = "";
  }
  into.end(part);
  await once(into, "finish");
}
