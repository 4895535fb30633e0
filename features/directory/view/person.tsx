import { useEffect, useState } from 'preact/hooks';
import { Building2, Mail, MapPinHouse, MessageCircle, Phone, Video } from 'lucide';
import type { OutputOf } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import { rememberedAccount } from '../../../web/device.ts';
import { formatPhone, phoneLink } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { navigate, type ScreenProps } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { directoryActions } from '../protocol.ts';
import { strings } from '../strings/people.ts';
import { callPerson } from '../../calls/view/person.ts';
import { stateTag } from './person-rows.tsx';
import '../directory.css';

type Profile = OutputOf<(typeof directoryActions)['directory.person']>;

/** Trang cá nhân: who somebody is, where, and how to reach them. */
export function PersonScreen({ params }: ScreenProps) {
  const account = params['account'] ?? '';
  return <Someone key={account} account={account} />;
}

function Someone({ account }: { account: string }) {
  const [profile, setProfile] = useState<Profile | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const load = () => {
    setError(undefined);
    call('directory.person', { account }).then(setProfile, setError);
  };
  useEffect(load, [account]);
  if (!profile) {
    return (
      <Page title={strings('person')}>
        {error === undefined ? <Skeleton kind="setting" rows={5} /> : <Trouble error={error} onRetry={load} />}
      </Page>
    );
  }
  const { person, units, areaTitle, email, administrator } = profile;
  const name = displayName(person.name);
  const own = units.at(-1);
  return (
    <Page title={name} heading={<span class="page-title">{strings('person')}</span>} lane="text">
      <div class="person-card">
        <Avatar id={person.id} name={name} photo={photoPath(person.photo, 'large')} size={96} />
        <h2 class="person-name">{name}</h2>
        <p class="person-second">{[person.position, person.unitName].filter(Boolean).join(' · ')}</p>
        <p class="person-tags">
          {stateTag(person)}
          {administrator ? <Tag tone="accent">{strings('administrator')}</Tag> : null}
          {person.registered ? null : <Tag>{strings('notRegistered')}</Tag>}
          {person.id === rememberedAccount() ? <Tag>{strings('self')}</Tag> : null}
        </p>
        {person.id === rememberedAccount() || person.state !== 'active' ? null : <Acts profile={profile} name={name} />}
      </div>
      <Section look="band">
        <SettingRow
          icon={Phone}
          label={person.phone === null ? strings('phoneHidden') : formatPhone(person.phone)}
          help={strings('phone')}
          href={person.phone === null ? undefined : phoneLink(person.phone)}
        />
        {email ? <SettingRow icon={Mail} label={email} help={strings('email')} href={`mailto:${email}`} /> : null}
        {own ? (
          <SettingRow
            icon={Building2}
            label={units.map((it) => it.name).join(' / ')}
            help={strings('unit')}
            href={`/directory/units/${own.id}`}
          />
        ) : null}
        {person.area ? (
          <SettingRow
            icon={MapPinHouse}
            label={areaTitle}
            help={strings('area')}
            href={`/directory/areas/${person.area}`}
          />
        ) : null}
      </Section>
    </Page>
  );
}

function Acts({ profile, name }: { profile: Profile; name: string }) {
  const { person } = profile;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const write = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { group } = await call('group.openPair', { account: person.id });
      navigate(`/chats/${group}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const ring = (kind: 'voice' | 'video'): void => void callPerson(person.id, kind);
  return (
    <>
      <div class="person-acts">
        <Button icon={MessageCircle} busy={busy} onPress={() => void write()}>
          {strings('message')}
        </Button>
        {/* Whoever has not signed in yet has nothing that rings; their number stands below. */}
        {person.registered ? (
          <>
            <Button look="outline" icon={Phone} label={`${strings('call')} ${name}`} onPress={() => ring('voice')}>
              {strings('call')}
            </Button>
            <Button look="outline" icon={Video} label={`${strings('videoCall')} ${name}`} onPress={() => ring('video')}>
              {strings('videoCall')}
            </Button>
          </>
        ) : null}
      </div>
      {error === undefined ? null : <Trouble error={error} onRetry={() => void write()} />}
    </>
  );
}
