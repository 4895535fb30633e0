// The process that speaks to the internet for link previews: one link, then it ends. It knows no name and no key of this program,
// may read nothing but its own code, and start nothing.
import { fetchPage } from './fetch.ts';

const [link = ''] = process.argv.slice(2);
const { picture, ...words } = await fetchPage(link);
const answer = {
  ...words,
  ...(picture ? { picture: { extension: picture.extension, bytes: picture.bytes.toString('base64') } } : {}),
};
process.stdout.write(JSON.stringify(answer));
