// Puts one known bug into the program as it is loaded: node --import ./testing/simulation/mutate.ts …, SIMULATION_MUTATION=name
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

import { MUTATIONS } from './mutations.ts';

const mutation = MUTATIONS[process.env.SIMULATION_MUTATION ?? ''];
if (!mutation) throw new Error('there is no such mutation');

registerHooks({
  load(url, context, next) {
    if (!url.endsWith(mutation.file)) return next(url, context);
    const text = readFileSync(fileURLToPath(url), 'utf8');
    if (text.split(mutation.from).length !== 2)
      throw new Error(`what is to be changed in ${mutation.file} does not stand there once`);
    return {
      format: 'module',
      shortCircuit: true,
      source: stripTypeScriptTypes(text.replace(mutation.from, () => mutation.to)),
    };
  },
});
