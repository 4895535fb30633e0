import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readMobile, readNumber } from './rules/phone.ts';
import { CODE, sendingCaps, typedNumber, waitForCode, waitForTry } from './rules.ts';

const NOW = new Date('2026-11-23T02:00:00Z');
const before = (ms: number): Date => new Date(NOW.getTime() - ms);

test('a mobile number is read in every spelling people use', () => {
  for (const text of [
    '0905318462',
    '0905 318 462',
    '0905.318.462',
    '090-531-8462',
    '(0905) 318462',
    '+84905318462',
    '+84 905 318 462',
    '+84 (0) 905 318 462',
    '84905318462',
    '84 905.318.462',
    '0084905318462',
    '905318462',
    ' 0905 318 462 ',
    '０９０５３１８４６２',
  ])
    assert.equal(readMobile(text), '+84905318462', text);
  assert.equal(readMobile('0362 123 456'), '+84362123456', 'a number that was 0162 once');
});

test('what is no Vietnamese mobile number is refused', () => {
  for (const text of [
    '',
    '0905 31 84',
    '0905 318 4621',
    '0269 3 600 114',
    '024 3825 1234',
    '1900 1234',
    '1800 599 920',
    '01651234567',
    '0165 123 4567',
    '+1 202 555 0123',
    '+856 20 5551 2345',
    '0999',
    'không có số',
    '0905318462 0905318463',
    '113',
  ])
    assert.equal(readMobile(text), undefined, text);
});

test('a help contact may have a fixed number', () => {
  assert.equal(readNumber('0269 3 600 114'), '+842693600114');
  assert.equal(readNumber('0905.318.462'), '+84905318462');
  assert.equal(readNumber('0269 3'), undefined);
  assert.equal(readNumber('+1 202 555 0123'), undefined);
});

test('what is typed is told about without the large tables', () => {
  assert.deepEqual(typedNumber('0905 318 462'), { state: 'fine' });
  assert.deepEqual(typedNumber('+84905318462'), { state: 'fine' });
  assert.deepEqual(typedNumber('84 905 318 462'), { state: 'fine' });
  assert.deepEqual(typedNumber('905318462'), { state: 'fine' });
  assert.deepEqual(typedNumber('0905 31 84'), { state: 'short', missing: 2 });
  assert.deepEqual(typedNumber('0905 318 4621'), { state: 'long', extra: 1 });
  assert.deepEqual(typedNumber('0269 3600 114'), { state: 'fixed' });
  assert.deepEqual(typedNumber('1900 1234'), { state: 'service' });
  assert.deepEqual(typedNumber('0165 1234567'), { state: 'dead' });
  assert.deepEqual(typedNumber('+1 202 555 0123'), { state: 'foreign' });
  assert.deepEqual(typedNumber('số của tôi'), { state: 'letters' });
  assert.deepEqual(typedNumber(' '), { state: 'empty' });
});

test('the browser never refuses what the server would take', () => {
  for (let prefix = 0; prefix < 1_000; prefix += 1) {
    const number = `0${String(prefix).padStart(3, '0')}318462`;
    if (readMobile(number)) assert.equal(typedNumber(number).state, 'fine', number);
  }
});

test('codes for a number come ever more slowly, five a day', () => {
  assert.equal(waitForCode([], NOW), 0);
  assert.equal(waitForCode([before(0)], NOW), 60_000);
  assert.equal(waitForCode([before(59_000)], NOW), 1_000);
  assert.equal(waitForCode([before(60_000)], NOW), 0);
  assert.equal(waitForCode([before(300_000), before(0)], NOW), 120_000);
  assert.equal(waitForCode([before(400_000), before(300_000), before(0)], NOW), 300_000);
  assert.equal(waitForCode([before(500_000), before(400_000), before(300_000), before(0)], NOW), 600_000);
  const five = [5, 4, 3, 2, 1].map((hours) => before(hours * 3_600_000));
  assert.equal(waitForCode(five, NOW), 19 * 3_600_000, 'until the first of the five is a day old');
  assert.equal(waitForCode([before(CODE.day), ...five.slice(1)], NOW), 0, 'what is a day old no longer counts');
});

test('tries of a code come at 0, 0, 30, 60 and 120 seconds', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((tries) => waitForTry(tries, tries === 0 ? null : NOW, NOW)),
    [0, 0, 30_000, 60_000, 120_000],
  );
  assert.equal(waitForTry(2, before(29_000), NOW), 1_000);
  assert.equal(waitForTry(2, before(30_000), NOW), 0);
});

test('the caps for text messages grow with use, and let a staff list in', () => {
  assert.deepEqual(sendingCaps({ busiestHour: 0, newcomers: 0 }), { hour: 300, day: 1_200 });
  assert.deepEqual(sendingCaps({ busiestHour: 500, newcomers: 10 }), { hour: 1_500, day: 6_000 });
  assert.deepEqual(sendingCaps({ busiestHour: 0, newcomers: 5_400 }), { hour: 5_400, day: 21_600 });
});
