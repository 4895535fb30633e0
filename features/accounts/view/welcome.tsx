import { useState } from 'preact/hooks';
import { displayName, givenName } from '../../../web/names.ts';
import { useTitle } from '../../../web/title.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { HelpCard } from '../../../web/ui/states.tsx';
import { Split } from '../../agency/view/split.tsx';
import { me, newcomer } from '../state.ts';
import type { Myself } from '../protocol.ts';
import { strings } from '../strings.ts';
import { strings as tabStrings } from '../strings/tab.ts';
import { LanguageButton } from './language.tsx';
import { OwnPhoto } from './own-photo.tsx';
import '../accounts.css';

/** After the first sign-in ever: what others will see, to be checked. */
export function WelcomeScreen() {
  const self = me.value?.self.value;
  useTitle(self ? strings('welcomeTitle', { name: givenName(self.name) }) : tabStrings('me'), 'bare');
  return (
    <Split about={strings('aboutAll')} top={<LanguageButton />} topAtEnd>
      <div class="sign-in">{self ? <Check self={self} /> : <Skeleton kind="setting" rows={4} />}</div>
    </Split>
  );
}

function Check({ self }: { self: Myself }) {
  const [leaving, setLeaving] = useState(false);
  return (
    <>
      <h1 class="sign-in-title sign-in-title-second" tabIndex={-1}>
        {strings('welcomeTitle', { name: givenName(self.name) })}
      </h1>
      <p class="sign-in-about">{strings('welcomeText')}</p>
      <div class="welcome-photo">
        <OwnPhoto self={self} />
      </div>
      <Facts self={self} />
      <Button
        size="large"
        wide
        busy={leaving}
        onPress={() => {
          setLeaving(true);
          newcomer.value = false;
        }}
      >
        {strings('welcomeDone')}
      </Button>
      <div class="sign-in-foot">
        <p class="sign-in-secrets">{strings('welcomeWrong')}</p>
        <HelpCard />
      </div>
    </>
  );
}

/** What others see of a person, in lines. */
export function Facts({ self, withName = true }: { self: Myself; withName?: boolean }) {
  const lines: [string, string][] = [
    ...(withName ? ([[strings('name'), displayName(self.name)]] as [string, string][]) : []),
    [strings('position'), self.position],
    [strings('unit'), self.unitName],
    [strings('area'), self.areaName],
  ];
  return (
    <dl class="welcome-facts">
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value || strings('nothing')}</dd>
        </div>
      ))}
    </dl>
  );
}
