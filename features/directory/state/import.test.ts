import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Problem } from '../../../protocol/problem.ts';
import type { call } from '../../../web/connection.ts';
import { language } from '../../../web/language.ts';
import type { Entry, Report } from '../protocol/import.ts';
import { REVIEWS, WRONG_CODES } from '../rules/import.ts';
import { ImportRun } from './import.ts';
import { reportText } from './report.ts';
import { entrySentences, refusalSentence, wrongSentence } from './sentences.ts';

function entry(more: Partial<Entry>): Entry {
  return {
    line: 2,
    result: 'unchanged',
    account: null,
    name: 'Siu H’Nga',
    phone: '+84905318464',
    unit: 'Văn phòng',
    position: '',
    area: '',
    email: '',
    changes: [],
    wrong: [],
    review: [],
    groups: 0,
    owned: 0,
    ...more,
  };
}

const ENTRIES = [
  entry({ line: 2 }),
  entry({ line: 3, result: 'added' }),
  entry({ line: 4, result: 'changed', account: 'a', changes: [{ field: 'position', from: '', to: 'Y sĩ' }] }),
  entry({ line: 5, result: 'wrong', phone: '0905', wrong: [{ code: 'phone_short', n: 6 }] }),
  entry({ line: null, result: 'left', account: 'b', groups: 3, owned: 1, review: ['owns_groups'] }),
];

const REPORT: Report = {
  digest: 'one',
  sheet: '',
  rows: 4,
  fields: ['name', 'phone'],
  ignored: [],
  scope: 'units',
  newUnits: true,
  unitsAdded: [],
  kept: 0,
  counts: { added: 1, changed: 1, moved: 0, left: 1, unchanged: 1, wrong: 1 },
  entries: ENTRIES,
};

type Answer = (input: Record<string, unknown>, id: string | undefined) => unknown;

function serverOf(answers: Record<string, Answer>) {
  const asked: { name: string; input: Record<string, unknown>; id: string | undefined }[] = [];
  const by = (async (name: string, input: Record<string, unknown>, options: { id?: string }) => {
    asked.push({ name, input, id: options.id });
    return answers[name]!(input, options.id);
  }) as unknown as typeof call;
  return { asked, by };
}

const file = (name = 'danh-sach.csv', size = 10) => ({ name, size, base64: () => Promise.resolve('AAAA') });

test('choose, check, look, apply', async () => {
  const { asked, by } = serverOf({
    'import.check': () => REPORT,
    'import.apply': () => ({ counts: REPORT.counts, unitsAdded: 0 }),
  });
  const run = new ImportRun(by);
  await run.choose(file());
  assert.equal(run.phase.value, 'checked');
  assert.equal(run.filter.value, 'review', 'what wants a look is shown first');
  assert.deepEqual(
    run.entries.value.map((it) => it.line),
    [5, null],
  );
  assert.equal(run.effects.value, 3);
  assert.equal(run.toConfirm.value, 1);
  run.filter.value = 'changes';
  assert.deepEqual(
    run.entries.value.map((it) => it.line),
    [3, 4, 5, null],
  );
  run.filter.value = 'unchanged';
  assert.deepEqual(
    run.entries.value.map((it) => it.line),
    [2],
  );

  run.reviewed.value = true;
  await run.apply();
  assert.equal(run.phase.value, 'done');
  assert.deepEqual(asked.at(-1)!.input, {
    name: 'danh-sach.csv',
    scope: 'units',
    newUnits: true,
    file: 'AAAA',
    digest: 'one',
    reviewed: true,
  });
});

test('an answer that got lost: pressing Apply again is the same action', async () => {
  let lost = true;
  const { asked, by } = serverOf({
    'import.check': () => REPORT,
    'import.apply': () => {
      if (lost) throw new Problem('unreachable', { status: 0, retry: true, summary: '' });
      return { counts: REPORT.counts, unitsAdded: 0 };
    },
  });
  const run = new ImportRun(by);
  await run.choose(file());
  await run.apply();
  assert.equal(run.phase.value, 'checked');
  assert.ok(run.trouble.value);
  lost = false;
  await run.apply();
  assert.equal(run.phase.value, 'done');
  const ids = asked.filter((it) => it.name === 'import.apply').map((it) => it.id);
  assert.equal(new Set(ids).size, 1);
});

test('the directory changed meanwhile: it is checked again, and applied only after another look', async () => {
  let checks = 0;
  const { asked, by } = serverOf({
    'import.check': () => ({ ...REPORT, digest: `check ${(checks += 1)}` }),
    'import.apply': () => {
      throw new Problem('import.stale', { status: 409, summary: '' });
    },
  });
  const run = new ImportRun(by);
  await run.choose(file());
  run.reviewed.value = true;
  await run.apply();
  assert.equal(run.phase.value, 'checked');
  assert.ok(run.stale.value);
  assert.equal(run.report.value?.digest, 'check 2');
  assert.equal(run.reviewed.value, false);
  assert.equal(asked.filter((it) => it.name === 'import.apply').length, 1);
});

test('a file that cannot be taken leads back to choosing, with the reason; one too large is not even sent', async () => {
  const { asked, by } = serverOf({
    'import.check': () => {
      throw new Problem('import.no_columns', { status: 422, summary: '' }, { missing: ['phone'] });
    },
  });
  const run = new ImportRun(by);
  await run.choose(file());
  assert.equal(run.phase.value, 'choose');
  assert.match(refusalSentence('import.no_columns', { missing: ['phone'] })!, /Số điện thoại/);
  await run.choose(file('lon.xlsx', 20_000_001));
  assert.equal((run.trouble.value as Problem).code, 'import.too_large');
  assert.equal(asked.length, 1);
});

test('every reason, review and refusal has a whole sentence in both languages', () => {
  for (const now of ['vi', 'en'] as const) {
    language.value = now;
    for (const code of WRONG_CODES) {
      const { bold, rest } = wrongSentence({
        code,
        n: 2,
        text: 'X',
        phone: '+84397332108',
        line: 7,
        name: 'N',
        options: ['A', 'B'],
        place: 'P',
      });
      assert.ok(bold.length > 5, code);
      assert.doesNotMatch(`${bold} ${rest}`, /[{}]|undefined/, code);
    }
    for (const review of REVIEWS) {
      const said = entrySentences(entry({ result: 'left', groups: 2, owned: 1, review: [review] }));
      assert.ok(said.every((it) => `${it.bold}${it.rest}`.length > 3));
    }
    for (const reason of ['not_a_table', 'old_excel', 'damaged', 'too_big_inside', 'too_slow', 'encoding', 'empty']) {
      assert.ok(refusalSentence('import.unreadable', { reason })!.length > 10);
    }
    assert.equal(refusalSentence('fault', {}), undefined);
  }
  language.value = 'vi';
});

test('the report for the terminal: what wants a look first, numbers of leavers masked, counts last', () => {
  const text = reportText(REPORT);
  const lines = text.split('\n');
  assert.match(lines[0]!, /^ {5}5 {2}Sai/);
  assert.match(text, /– {2}Thôi công tác {3}Siu H’Nga · 0905 ••• 464/);
  assert.match(text, /Chức vụ: \(trống\) → Y sĩ/);
  assert.equal(lines.at(-1), 'Thêm mới 1 · Thay đổi 1 · Chuyển đơn vị 0 · Thôi công tác 1 · Không đổi 1 · Dòng sai 1');
  assert.doesNotMatch(text, /^ {5}2 /m, 'the unchanged are only counted');
});
