import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Problem } from '../../../protocol/problem.ts';
import type { call } from '../../../web/connection.ts';
import type { Person } from '../protocol.ts';
import { countOf, everybody, isOnlyOne, loadCount, PeopleList } from './people.ts';

const PEOPLE = Array.from({ length: 250 }, (_, at): Person => ({
  id: `person-${at}`,
  name: `Người ${at}`,
  position: '',
  unit: null,
  unitName: '',
  area: null,
  areaName: '',
  phone: null,
  photo: null,
  registered: true,
  state: 'active',
}));

interface Asked {
  readonly name: string;
  readonly input: { after: string | null; limit: number; unit: string | null; query?: string };
}

/** A server with 250 people in one list; `broken` fails the next question. */
function server() {
  const asked: Asked[] = [];
  const state = { broken: false };
  const by = ((name: string, input: Asked['input']) => {
    asked.push({ name, input });
    if (state.broken) {
      state.broken = false;
      return Promise.reject(new Problem('busy', { status: 503, summary: '' }));
    }
    const from = input.after === null ? 0 : Number(input.after);
    const people = PEOPLE.slice(from, from + input.limit);
    const next = from + input.limit < PEOPLE.length ? String(from + input.limit) : null;
    return Promise.resolve({ people, next, total: PEOPLE.length });
  }) as unknown as typeof call;
  return { asked, by, state };
}

test('a list grows page by page, each person once, and asks no more when all are here', async () => {
  const { asked, by } = server();
  const list = new PeopleList({ unit: 'u' }, by);
  await list.more();
  assert.equal(list.people.value.length, 60);
  assert.equal(list.total.value, 250);
  await Promise.all([list.more(), list.more(), list.more()]);
  assert.equal(list.people.value.length, 120, 'asked at once is asked once');
  for (let times = 0; times < 10; times += 1) await list.more();
  assert.deepEqual(list.people.value, PEOPLE);
  assert.ok(list.complete);
  assert.equal(asked.length, 5);
  assert.deepEqual(
    asked.map((it) => it.input.unit),
    Array(5).fill('u'),
  );
});

test('a page that did not come is asked for again, and nothing is lost or doubled', async () => {
  const { by, state } = server();
  const list = new PeopleList({}, by);
  await list.more();
  state.broken = true;
  await list.more();
  assert.equal(list.state.value, 'failed');
  assert.equal(list.people.value.length, 60);
  await list.more();
  assert.equal(list.state.value, 'here');
  assert.deepEqual(list.people.value, PEOPLE.slice(0, 120));
});

test('a query is a search, the rest is a list', async () => {
  const { asked, by } = server();
  await new PeopleList({ query: 'nga' }, by).more();
  await new PeopleList({}, by).more();
  assert.deepEqual(
    asked.map((it) => [it.name, it.input.query]),
    [
      ['directory.search', 'nga'],
      ['directory.people', undefined],
    ],
  );
});

test('“select all” takes everybody, or shows that there are more than may be', async () => {
  assert.equal((await everybody({ unit: 'u' }, 1_000, server().by)).length, 250);
  assert.ok((await everybody({ unit: 'u' }, 100, server().by)).length > 100);
});

test('knows who is alone in the directory once it has been counted', async () => {
  let total = 1;
  const by = ((_name: string, { unit }: { unit: string | null }) =>
    Promise.resolve({ people: [], next: null, total: unit === null ? total : 0 })) as unknown as typeof call;
  assert.equal(isOnlyOne(), false, 'not known yet');
  await loadCount({ unit: 'empty' }, by);
  assert.equal(isOnlyOne(), false, 'a unit is not the directory');
  await loadCount({}, by);
  assert.equal(isOnlyOne(), true);
  total = 212;
  await loadCount({}, by);
  assert.equal(countOf({}), 212);
  assert.equal(isOnlyOne(), false, 'the staff list has been imported');
});
