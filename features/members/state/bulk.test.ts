import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Problem } from '../../../protocol/problem.ts';
import { csvOf } from '../../../protocol/csv.ts';
import type { Member } from '../protocol.ts';
import { Choosing } from './choosing.ts';
import { countsOf, tableOf, without } from './compared.ts';
import type { Compared } from './compared.ts';
import { InParts } from './parts.ts';

const member = (account: string, role: Member['role'] = 'member'): Member => ({
  account,
  name: `Người ${account}`,
  position: '',
  unit: '',
  photo: null,
  role,
  roleUntil: null,
  joinedAt: 0,
  registered: true,
  active: true,
});
const may = (it: Member): boolean => it.role !== 'owner';

test('choosing: one, a range by Shift in either direction, and never who may not be', () => {
  const list = [member('a', 'owner'), ...['b', 'c', 'd', 'e'].map((it) => member(it))];
  const choosing = new Choosing();
  const chosen = (): string => [...choosing.chosen.value.keys()].sort().join('');
  choosing.press(list, list[3]!, { on: true, range: false, may });
  choosing.press(list, list[0]!, { on: true, range: true, may });
  assert.equal(chosen(), 'bcd');
  choosing.press(list, list[2]!, { on: false, range: true, may });
  assert.equal(chosen(), 'd');
  // Over another search the earlier ones stay; the row pressed before is not in it.
  const found = [member('x'), member('y')];
  choosing.press(found, found[1]!, { on: true, range: true, may });
  assert.equal(chosen(), 'dy');
  choosing.add([...list, ...found], may);
  assert.equal(chosen(), 'bcdexy');
  choosing.drop(['b', 'x']);
  assert.equal(chosen(), 'cdey');
  choosing.clear();
  assert.equal(chosen(), '');
});

const problemOf = (code: string, accounts?: string[]): Problem =>
  new Problem(code, { status: 409, summary: '' }, accounts ? { accounts } : {});

test('in parts: who is named as standing in the way is passed over, what failed is taken up again under the same id', async () => {
  const accounts = Array.from({ length: 450 }, (_, n) => `p${n}`);
  const parts = new InParts(200);
  const sent: { n: number; id: string }[] = [];
  let line = true;
  const send = async (part: readonly string[], id: string): Promise<number> => {
    sent.push({ n: part.length, id });
    if (part.includes('p250')) throw problemOf('member.leads', ['p250', 'elsewhere']);
    if (part.includes('p449') && line) throw problemOf('busy');
    return part.length;
  };
  const first = await parts.run(accounts, 'reader', send);
  assert.equal((first.error as Problem).code, 'busy');
  assert.deepEqual([first.done, first.out, parts.settled.value, parts.total.value], [400, ['p250'], 401, 450]);
  line = false;
  const again = await parts.run(accounts, 'reader', send);
  assert.deepEqual([again.done, again.out, again.error], [449, ['p250'], undefined]);
  assert.deepEqual(
    sent.map((it) => it.n),
    [200, 200, 200, 49, 49],
  );
  assert.equal(sent[3]!.id, sent[4]!.id);
  assert.equal(new Set(sent.map((it) => it.id)).size, 4);
  // Another wish about the same people begins anew.
  const other = await parts.run(accounts, 'member', async (part) => part.length);
  assert.deepEqual([other.done, other.out], [450, []]);
});

test('in parts: stopping ends it after the part that is under way; a refusal that names nobody is told', async () => {
  const parts = new InParts(2);
  const stopped = await parts.run(['a', 'b', 'c'], '', async (part) => {
    parts.stop();
    return part.length;
  });
  assert.deepEqual([stopped.stopped, stopped.done, parts.settled.value], [true, 2, 2]);
  const refused = await new InParts(2).run(['a', 'b', 'c'], '', async () => {
    throw problemOf('group.unknown_person', ['nobody of these']);
  });
  assert.equal((refused.error as Problem).code, 'group.unknown_person');
});

const person = (account: string, name: string) => ({ account, name, position: 'Chuyên viên', unit: 'Sở Nội vụ' });
const COMPARED: Compared = {
  listed: [
    { line: 2, result: 'both', name: 'Siu H’Nga', phone: '+84905318464', person: person('nga', 'Siu H’Nga') },
    { line: 3, result: 'add', name: '=cmd()', phone: '+84905318469', person: person('duc', 'Trần Minh Đức') },
    { line: 4, result: 'unknown', name: 'Ai Đó', phone: '', person: null },
    { line: 5, result: 'wrong', name: '', phone: '0905', person: null },
  ],
  extra: [{ ...person('sy', 'Lê Văn Sỹ'), role: 'member', photo: null }],
  members: 2,
};

test('a comparison: counted, changed by what was done, and exported without formulas', () => {
  assert.deepEqual(countsOf(COMPARED), { both: 1, add: 1, look: 2, extra: 1 });
  const after = without(COMPARED, { added: new Set(['duc']), removed: new Set(['sy']) });
  assert.deepEqual([countsOf(after), after.members], [{ both: 2, add: 0, look: 2, extra: 0 }, 2]);
  const text = new TextDecoder().decode(csvOf(tableOf(COMPARED)));
  const [heading, ...rows] = text.trim().split('\r\n');
  assert.match(heading!, /^Dòng,Kết quả,/);
  assert.equal(rows.length, 5);
  assert.match(rows[1]!, /^3,Chưa trong nhóm,'=cmd\(\),0905.318.469,Trần Minh Đức,/);
  assert.match(rows[3]!, /không phải số di động/);
  assert.match(rows[4]!, /^,Chỉ trong nhóm,,,Lê Văn Sỹ,/);
});
