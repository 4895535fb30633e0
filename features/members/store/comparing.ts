import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Role } from '../../groups/rights.ts';

export interface PersonRow {
  readonly account: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  /** Toneless. */
  readonly folded: string;
}

export interface MemberPerson extends PersonRow {
  readonly role: Role;
  readonly photo: string | null;
}

/** The search text begins with a space and the toneless name. */
const folded = sql`ltrim(split_part(a.search, ' | ', 1))`;
const person = sql`a.id as account, a.name, a.position, coalesce(u.name, '') as unit, ${folded} as folded`;

/** All members, leaders first, then in the order of names. */
export async function everyMember(db: Database, group: string): Promise<MemberPerson[]> {
  const { rows } = await sql<MemberPerson>`
    select ${person}, m.role, a.photo
    from members m join accounts a on a.id = m.account left join units u on u.id = a.unit
    where m.group_id = ${group} and m.left_at is null
    order by coalesce(array_position(array['owner', 'deputy', 'clerk'], m.role), 4), a.sort_name, a.id`.execute(db);
  return rows;
}

export interface NumberedPerson extends PersonRow {
  readonly phone: string;
  /** Colleagues see the number. */
  readonly shown: boolean;
}

/** Who of the staff list has these numbers. */
export async function peopleByPhone(db: Database, phones: readonly string[]): Promise<NumberedPerson[]> {
  if (phones.length === 0) return [];
  const { rows } = await sql<NumberedPerson>`
    select ${person}, a.phone, a.phone_shown = 'colleagues' as shown
    from accounts a left join units u on u.id = a.unit
    where a.phone = any(${phones}::text[]) and a.state = 'active'`.execute(db);
  return rows;
}

/** Who of the staff list has these names, toneless. */
export async function peopleByName(db: Database, names: readonly string[]): Promise<PersonRow[]> {
  if (names.length === 0) return [];
  const { rows } = await sql<PersonRow>`
    select ${person} from accounts a left join units u on u.id = a.unit
    where ${folded} = any(${names}::text[]) and a.state = 'active'
    order by a.sort_name, a.id`.execute(db);
  return rows;
}
