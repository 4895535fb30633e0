import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readXlsx } from 'hucre/xlsx';

import { tableWorkbook } from './workbook.ts';

test('a table is read back as it was written, and what looks like a formula is a text', async () => {
  const bytes = await tableWorkbook(
    'Nhật ký',
    {
      headings: ['Số', '=1+1'],
      rows: [
        [1, 'Siu H’Nga'],
        [2, '=HYPERLINK("http://x")'],
        [-3, ' +84905318463'],
      ],
    },
    [8],
  );
  const { sheets } = await readXlsx(bytes);
  assert.deepEqual(
    sheets.map((it) => [it.name, it.rows]),
    [
      [
        'Nhật ký',
        [
          ['Số', `'=1+1`],
          [1, 'Siu H’Nga'],
          [2, `'=HYPERLINK("http://x")`],
          [-3, `' +84905318463`],
        ],
      ],
    ],
  );
});
