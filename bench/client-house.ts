// The house behind the client's figures: a process of its own with its own database. One official is in `GROUPS` groups, one
// of which has a long history. Started by client.ts with `fork`; tells its address over IPC and ends at the word `stop`.
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';

import { migrate } from '../database/migrate.ts';
import { openLog } from '../server/log.ts';
import { startPostgres } from '../server/postgres.ts';
import { intoPhotos } from '../testing/photos.ts';
import { openBenchHouse } from './open.ts';

export interface ClientHouse {
  readonly port: number;
  readonly account: string;
  /** Value of the cookie `sid`. */
  readonly session: string;
  /** The group with the long history: the newest, so that it stands first in the list. */
  readonly long: string;
  readonly groups: number;
}

const GROUPS = 60;
const PEOPLE = 48;
/** Lines of every other group. */
const SHORT = 80;
/** `photos`: so many of the long history's lines are photos. */
const { long: LONG, photos: PHOTOS = 0 } = JSON.parse(process.argv[2]!) as { long: number; photos?: number };

const FAMILY = ['Nguyễn', 'Rơ Châm', 'Siu', 'Ksor', 'Trần', 'Lê', 'Đinh', 'Rmah'];
const GIVEN = ['Hoàng Phúc', 'H’Nga', 'Thị Bích Phượng', 'Y Thưng', 'Văn Hiếu', 'H’Bia', 'Minh Tuấn', 'Thị Lan'];
const PLACES = ['Ia Grai', 'Ia Krái', 'Chư Păh', 'Đak Đoa', 'Mang Yang', 'Kông Chro', 'Ayun Pa', 'Phú Thiện'];
const TEXTS = [
  'Dạ rõ.',
  'Đã nhận, thôn 2 có 14 hộ phải sơ tán trước 16:00.',
  'Đề nghị các đồng chí trưởng thôn báo cáo số hộ bị ngập, số người đã di dời và nhu cầu lương thực trước 15 giờ hôm nay.',
  'Công văn 1234/UBND-NC về việc trực bão: https://gialai.gov.vn/van-ban/1234 , ai cần gặp thì gọi 0905 318 462 nhé.',
  'Em đang ở nhà văn hóa làng Yam. Đường vào làng còn đi được bằng xe máy, cầu tràn nước cao khoảng 40 cm, đề nghị cử thêm hai đồng chí dân quân ra chốt.\nBà con đã vào hội trường, có điện và nước.',
];

const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-bench-'));
const log = openLog('error');
const postgres = await startPostgres({ dataDir, log });
await migrate(postgres.url);
const open = await openBenchHouse({ dataDir, databaseUrl: postgres.url, log });

const { db } = open.house;
const accounts = Array.from({ length: PEOPLE }, () => randomUUIDv7());
const groups = Array.from({ length: GROUPS }, () => randomUUIDv7());
const account = accounts[0]!;
const long = groups[0]!;
const session = randomBytes(32).toString('base64url');
const names = accounts.map((_, at) => `${FAMILY[at % 8]} ${GIVEN[(at * 3) % 8]} ${at}`);
const titles = groups.map((_, at) => `Phòng chống bão lũ xã ${PLACES[at % 8]}, tổ ${at + 1}`);

// In the order in which the tables lean on each other.
await sql`
  insert into areas (code, kind, name, folded, search) values ('52', 'tỉnh', 'Gia Lai', 'gia lai', ' tinh gia lai')
  on conflict do nothing`.execute(db);
await sql`
  insert into agency (name, area, help_name, help_phone)
  values ('UBND tỉnh Gia Lai', '52', 'Tổ giúp đỡ', '+842693600114')`.execute(db);
await sql`insert into streams (id, kind) select unnest(${accounts}::uuid[]), 'account'`.execute(db);
await sql`
  insert into accounts (id, name, registered_at)
  select id, name, now() from unnest(${accounts}::uuid[], ${names}::text[]) as t (id, name)`.execute(db);
await sql`
  insert into sessions (id, account, token)
  values (${randomUUIDv7()}, ${account}, ${createHash('sha256').update(session).digest()})`.execute(db);
await sql`
  insert into streams (id, kind, head, floor, messages)
  select id, 'group', n, n, n from unnest(${groups}::uuid[], ${groups.map((it) => (it === long ? LONG : SHORT))}::int[]) as t (id, n)`.execute(
  db,
);
await sql`
  insert into groups (id, kind, name, created_by)
  select id, 'coordination', name, ${account} from unnest(${groups}::uuid[], ${titles}::text[]) as t (id, name)`.execute(
  db,
);
await sql`
  insert into members (group_id, account, role, read_seq, read_ordinal, received_seq)
  select s.id, a, case when a = ${accounts[1]} then 'owner' else 'member' end, s.head, s.head, s.head
  from streams as s, unnest(${accounts}::uuid[]) as a where s.kind = 'group'`.execute(db);
// Runs of two to four lines by one person, one to two minutes apart; every group a little older than the one before.
await sql`
  insert into messages (id, group_id, seq, ordinal, kind, sender, text, digest, sent_at)
  select gen_random_uuid(), s.id, n, n, 'text', (${accounts}::uuid[])[1 + (n / 3 * 7) % ${PEOPLE}],
    (${TEXTS}::text[])[1 + (n * 13) % ${TEXTS.length}], sha256(n::text::bytea),
    now() - place * interval '10 minutes' - (s.head - n) * interval '80 seconds'
  from streams as s
  join unnest(${groups}::uuid[]) with ordinality as g (id, place) using (id),
  lateral generate_series(1, s.head) as n`.execute(db);
if (PHOTOS > 0) await intoPhotos(open.house, long, PHOTOS);
await sql`analyze`.execute(db);

process.on('message', (message) => {
  if (message !== 'stop') return;
  void (async () => {
    await open.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
    process.exit(0);
  })();
});
const told: ClientHouse = {
  port: Number(new URL(open.address).port),
  account,
  session,
  long,
  groups: GROUPS,
};
process.send!(told);
