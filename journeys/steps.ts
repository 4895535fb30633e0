import type { Locator, Page } from 'playwright-core';

// What a person does again and again, by the names a screen reader would say.

/** The row of a chat in the list; its name tells all that the row shows, and here also that it shows all these words. */
export function chatRow(page: Page, name: string, ...words: string[]): Locator {
  const rest = words.map((it) => `(?=.*${quoted(it)})`).join('');
  return page
    .getByRole('listitem')
    .getByRole('link', { name: new RegExp(`^${quoted(name)}( đã tắt thông báo)?( đã ghim)? ?(,|$)${rest}`) });
}

export async function openChat(page: Page, name: string): Promise<void> {
  await chatRow(page, name).click();
  await composer(page).waitFor();
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: /^Soạn tin nhắn tới/ });
}

/** Writes a message and sends it, as one does on this kind of device. */
export async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.getByRole('button', { name: 'Gửi', exact: true }).click();
}

/** A message by what it says. */
export function message(page: Page, text: string): Locator {
  return page.getByRole('log').getByRole('article').filter({ hasText: text });
}

/** Waits until an own message says this of itself: “Đã gửi”, “Đã xem 2/5”. */
export async function messageSays(page: Page, text: string, state: string | RegExp): Promise<void> {
  await message(page, text).filter({ hasText: state }).waitFor();
}

/** Waits until the device holds nothing of the person who was signed in. */
export async function isCleared(page: Page): Promise<void> {
  await page.waitForFunction(async () => {
    const stores = await indexedDB.databases();
    const pictures = await Promise.all(['photos', 'thumbs'].map((it) => caches.has(it)));
    return localStorage.getItem('account') === null && stores.length === 0 && !pictures.includes(true);
  });
}

/** Waits until words are in sight: many stand twice, of which only one is shown on this kind of device. */
export async function sees(page: Page | Locator, words: string | RegExp): Promise<void> {
  await page.getByText(words).filter({ visible: true }).first().waitFor();
}

export function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Waits until nothing in the log has moved for a third of a second: it has come to its place. */
export async function atRest(page: Page): Promise<void> {
  await page.getByRole('log').evaluate(async (log) => {
    const where = () =>
      [...log.querySelectorAll('article, [role=article]')].map((it) => it.getBoundingClientRect().top).join();
    let [before, since] = [where(), performance.now()];
    while (performance.now() - since < 333) {
      await new Promise((done) => requestAnimationFrame(done));
      const now = where();
      if (now !== before) [before, since] = [now, performance.now()];
    }
  });
}
