import assert from 'node:assert/strict';
import { test } from 'node:test';

import { splitUnitPath } from './unit-names.ts';

test('a slash parts units where it stands free or begins one, and not inside a name', () => {
  const table: [cell: string, parts: string[]][] = [
    ['UBND xã Ia Grai / Phòng Kinh tế', ['UBND xã Ia Grai', 'Phòng Kinh tế']],
    ['UBND xã Ia Grai/Phòng Kinh tế', ['UBND xã Ia Grai', 'Phòng Kinh tế']],
    ['UBND xã Ia Grai/Văn phòng HĐND và UBND', ['UBND xã Ia Grai', 'Văn phòng HĐND và UBND']],
    ['UBND xã Ia Grai/Văn phòng HĐND và UBND'.normalize('NFD'), ['UBND xã Ia Grai', 'Văn phòng HĐND và UBND']],
    ['Sở Y tế > Trung tâm Y tế/Khoa Dược', ['Sở Y tế', 'Trung tâm Y tế', 'Khoa Dược']],
    ['Phòng ATTT/CĐS', ['Phòng ATTT/CĐS']],
    ['UBND xã/phường Ia Grai', ['UBND xã/phường Ia Grai']],
    ['Văn phòng HĐND/UBND', ['Văn phòng HĐND/UBND']],
    [' / ', []],
  ];
  for (const [cell, parts] of table) assert.deepEqual(splitUnitPath(cell), parts, cell);
});
