// Writes the table of settings into docs/operating.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '../server/config.ts';

const file = join(import.meta.dirname, '../docs/operating.md');
const page = readFileSync(file, 'utf8');
writeFileSync(
  file,
  page.replace(
    /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/,
    (_, before: string, behind: string) => `${before}${settingsTable()}${behind}`,
  ),
);
