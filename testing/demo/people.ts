import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CAST } from '../cast.ts';

export interface DemoPerson {
  /** How the stories name the person. */
  readonly key: string;
  readonly name: string;
  readonly position: string;
  /** E.164. */
  readonly phone: string;
  /** From the top unit down, their own last. */
  readonly units: readonly string[];
  /** Where the unit works: an official code, or the name of a village with its kind. */
  readonly area: string;
  /** False where the person has never signed in. */
  readonly registered: boolean;
}

/** The commune whose villages the demo adds to the map. */
export const COMMUNE = '23764';

const PREFIXES = ['905', '914', '935', '963', '977', '982', '349', '388', '706', '833'];

/** Numbers are made, not looked up: spread over the operators, each different, the same in every demo. */
function numberOf(place: number): string {
  const last = String((370_411 + place * 4_793) % 1_000_000).padStart(6, '0');
  return `+84${PREFIXES[place % PREFIXES.length]}${last}`;
}

/** The staff list of `people.txt`. People of the standing cast keep the number that tests know them by. */
export function readPeople(text: string = readFileSync(join(import.meta.dirname, 'people.txt'), 'utf8')): DemoPerson[] {
  const known = new Map(Object.values(CAST).map((it) => [it.name as string, it.phone as string]));
  const people: DemoPerson[] = [];
  let path: { depth: number; name: string; area: string }[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const depth = line.search(/\S/);
    const person = /^- (\* )?([a-z0-9]+): ([^|]+) \| (.+)$/.exec(line.trim());
    if (person) {
      const [, absent, key, name, position] = person;
      const own = path.at(-1);
      if (!own) throw new Error(`people.txt line ${at + 1}: a person without a unit`);
      people.push({
        key: key!,
        name: name!,
        position: position!,
        phone: known.get(name!) ?? numberOf(people.length),
        units: path.map((it) => it.name),
        area: own.area,
        registered: !absent,
      });
      continue;
    }
    const unit = /^([^[|:]+?)(?: \[(.+)\])?$/.exec(line.trim());
    if (!unit) throw new Error(`people.txt line ${at + 1} is neither a unit nor a person`);
    path = path.filter((it) => it.depth < depth);
    path.push({ depth, name: unit[1]!, area: unit[2] ?? path.at(-1)?.area ?? '' });
  }
  return people;
}

/** Villages and hamlets of the commune that people of the demo work in: “làng Grăng”. */
export function villagesOf(people: readonly DemoPerson[]): string[] {
  return [...new Set(people.map((it) => it.area).filter((area) => !/^\d+$/.test(area)))];
}
