import { useState } from 'preact/hooks';
import {
  ALargeSmall,
  Landmark,
  BookOpenText,
  CalendarClock,
  CaseUpper,
  Globe,
  BellRing,
  Bookmark,
  Info,
  Keyboard,
  LogOut,
  MessageSquareText,
  MonitorSmartphone,
  ShieldX,
  SunMoon,
  Tag,
  Waves,
} from 'lucide';
import { enterSends, letterKeys, reduceMotion, textSize, theme } from '../../../web/appearance.ts';
import type { TextSize, Theme } from '../../../web/appearance.ts';
import { connection, isUnreachable } from '../../../web/connection.ts';
import { language } from '../../../web/language.ts';
import type { Language } from '../../../web/language.ts';
import { displayName } from '../../../web/names.ts';
import { here } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { HelpCard } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isPhone, isTouch } from '../../../web/viewport.ts';
import { adminTitle } from '../../directory/view/nothing.tsx';
import { devicesTitle } from '../../devices/view/words.ts';
import { labelWords } from '../../labels/view/words.ts';
import { photoPath } from '../../photos/rules.ts';
import { quietWords } from '../../quiet/view/words.ts';
import { phrasesTitle } from '../../phrases/view/words.ts';
import { savedTitle } from '../../saved/view/words.ts';
import { scheduledTitle } from '../../scheduled/view/words.ts';
import { Problem } from '../../../protocol/problem.ts';
import { me, session } from '../state.ts';
import { ending } from '../state/ending.ts';
import { strings } from '../strings.ts';
import { guardStrings } from '../../secrecy/view/words.ts';
import { strings as tabStrings } from '../strings/tab.ts';
import '../accounts.css';

declare const __VERSION__: string;

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const SIZES: readonly TextSize[] = ['small', 'medium', 'large', 'largest'];
const LANGUAGES: readonly [Language, 'vietnamese' | 'english'][] = [
  ['vi', 'vietnamese'],
  ['en', 'english'],
];

/** Cá nhân: who I am here, how this device shows the program, where I am signed in, help, sign out. */
export function MeScreen() {
  const [open, setOpen] = useState<'theme' | 'text' | 'language' | undefined>(undefined);
  const self = me.value?.self.value;
  const { path } = here.value;
  return (
    <Page look="root" title={tabStrings('me')}>
      {self ? (
        <div class="me-card">
          <Avatar id={self.id} name={displayName(self.name)} photo={photoPath(self.photo, 'large')} size={56} />
          <div class="me-words">
            <p class="me-name">{displayName(self.name)}</p>
            <p class="me-second">{[self.position, self.unitName].filter(Boolean).join(' · ')}</p>
          </div>
          <LinkButton href="/me/profile" look="outline">
            {strings('edit')}
          </LinkButton>
        </div>
      ) : (
        <Skeleton kind="person" rows={1} />
      )}
      <Section title={strings('display')}>
        <SettingRow
          icon={SunMoon}
          label={strings('appearance')}
          value={strings(theme.value)}
          onPress={() => setOpen('theme')}
        />
        <SettingRow
          icon={ALargeSmall}
          label={strings('textSize')}
          value={strings(textSize.value)}
          onPress={() => setOpen('text')}
        />
        <SwitchRow
          icon={Waves}
          label={strings('motion')}
          checked={reduceMotion.value}
          onChange={(on) => {
            reduceMotion.value = on;
          }}
        />
        <SettingRow
          icon={Globe}
          label={strings('language')}
          value={strings(language.value === 'vi' ? 'vietnamese' : 'english')}
          onPress={() => setOpen('language')}
        />
      </Section>
      <Section title={strings('own')}>
        <SettingRow icon={Bookmark} label={savedTitle()} href="/me/saved" selected={path === '/me/saved'} />
        <SettingRow
          icon={CalendarClock}
          label={scheduledTitle()}
          href="/me/scheduled"
          selected={path === '/me/scheduled'}
        />
        <SettingRow
          icon={MessageSquareText}
          label={phrasesTitle()}
          href="/me/phrases"
          selected={path === '/me/phrases'}
        />
        <SettingRow icon={ShieldX} label={guardStrings('mine')} href="/me/refused" selected={path === '/me/refused'} />
      </Section>
      <Section title={strings('peace')}>
        <SettingRow icon={BellRing} label={quietWords()} href="/me/quiet" selected={path === '/me/quiet'} />
        <SettingRow icon={Tag} label={labelWords()} href="/me/labels" selected={path === '/me/labels'} />
      </Section>
      {isTouch ? null : (
        <Section title={strings('typing')}>
          <SwitchRow
            icon={Keyboard}
            label={strings('enterSends')}
            help={strings('enterSendsHelp')}
            checked={enterSends.value}
            onChange={(on) => {
              enterSends.value = on;
            }}
          />
          <SwitchRow
            icon={CaseUpper}
            label={strings('letterKeys')}
            help={strings('letterKeysHelp')}
            checked={letterKeys.value}
            onChange={(on) => {
              letterKeys.value = on;
            }}
          />
        </Section>
      )}
      {self?.administrator && isPhone.value ? (
        <Section title={strings('administrator')}>
          <SettingRow
            icon={Landmark}
            label={adminTitle()}
            count={me.value?.waiting.value}
            countWords={tabStrings('waitingWords', { n: me.value?.waiting.value ?? 0 })}
            href="/admin"
          />
        </Section>
      ) : null}
      <Section title={strings('security')}>
        <SettingRow
          icon={MonitorSmartphone}
          label={devicesTitle()}
          href="/me/devices"
          selected={path === '/me/devices'}
        />
      </Section>
      <Section title={strings('helping')}>
        <SettingRow
          icon={BookOpenText}
          label={strings('guide')}
          onPress={() => void window.open('/huong-dan', '_blank', 'noopener')}
        />
        <div class="me-help">
          <HelpCard />
        </div>
        <SettingRow icon={Info} label={strings('version')} value={__VERSION__} />
      </Section>
      <div class="me-end">
        <Button look="danger-outline" icon={LogOut} wide onPress={() => void signOut()}>
          {strings('signOut')}
        </Button>
      </div>
      {open ? <Choice what={open} onClose={() => setOpen(undefined)} /> : null}
    </Page>
  );
}

function Choice({ what, onClose }: { what: 'theme' | 'text' | 'language'; onClose: () => void }) {
  switch (what) {
    case 'theme':
      return (
        <Sheet title={strings('appearance')} size="small" onClose={onClose}>
          <RadioRows
            label={strings('appearance')}
            hideLabel
            value={theme.value}
            onChange={(value) => {
              theme.value = value;
            }}
            options={THEMES.map((value) => ({ value, label: strings(value) }))}
          />
        </Sheet>
      );
    case 'text':
      return (
        <Sheet title={strings('textSize')} size="small" onClose={onClose}>
          <RadioRows
            label={strings('textSize')}
            hideLabel
            value={textSize.value}
            onChange={(value) => {
              textSize.value = value;
            }}
            options={SIZES.map((value) => ({ value, label: strings(value) }))}
          />
          <p class="me-sample">{strings('sample')}</p>
        </Sheet>
      );
    case 'language':
      return (
        <Sheet title={strings('language')} size="small" onClose={onClose}>
          <RadioRows
            label={strings('language')}
            hideLabel
            value={language.value}
            onChange={(value) => {
              language.value = value;
            }}
            options={LANGUAGES.map(([value, label]) => ({ value, label: strings(label) }))}
          />
        </Sheet>
      );
  }
}

/** Asks, ends the session, and leaves nothing of the person on this device. */
async function signOut(): Promise<void> {
  const unsent = me.peek()?.unsent ?? 0;
  const agreed = await confirm({
    title: strings('signOutTitle'),
    text: [strings('signOutText'), unsent > 0 ? strings('signOutUnsent', { n: unsent }) : ''].filter(Boolean).join(' '),
    yes: strings('signOut'),
    danger: true,
  });
  if (!agreed) return;
  ending.begin();
  try {
    await connection().call('device.signOutThis', {}, { door: 'http' });
  } catch (error) {
    // The line was quicker: the page is on its way out already, and the answer was cut off by that.
    if (session.peek().state === 'out') return;
    if (isUnreachable(error)) {
      ending.forget();
      showToast(strings('signOutOffline'));
      return;
    }
    // The session is over already: all the more reason to clear the device.
    if (!(error instanceof Problem) || error.code !== 'signed_out') {
      ending.forget();
      throw error;
    }
  }
  session.value = { state: 'out' };
}
