import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ArrowRight, BriefcaseBusiness, CircleAlert, MapPinHouse } from 'lucide';

import { useLayer } from '../../../web/layer.ts';
import { displayName } from '../../../web/names.ts';
import { back, navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { Segmented, SwitchRow } from '../../../web/ui/choice.tsx';
import { Field, PickField, Select, useChecked } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Mark } from '../../../web/ui/mark.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { agencyArea } from '../../agency/view/line.tsx';
import { AreaPicker } from '../../areas/view/area-picker.tsx';
import type { Person } from '../../directory/protocol.ts';
import { PeoplePicker } from '../../directory/view/people-picker.tsx';
import { secondLine } from '../../directory/view/person-rows.tsx';
import { PasteNumbers } from '../../members/view/numbers.tsx';
import { photoPath } from '../../photos/rules.ts';
import { PhotoPick } from '../../photos/view/pick.tsx';
import { ADDED_AT_ONCE, CHOSEN_KINDS, TOPIC_MOST } from '../rules.ts';
import { groups, newGroup } from '../state.ts';
import type { Groups } from '../state.ts';
import { strings } from '../strings.ts';
import { NameField, nameFault } from './name.tsx';
import { recentPeople } from './people.ts';
import { refusalWords } from './refusals.ts';
import { Tray } from './tray.tsx';
import { kindWords } from './words.ts';
import './groups.css';

/** Tạo nhóm: two steps on a phone, one dialog of two columns on a computer. */
export function NewGroupScreen({ query }: ScreenProps) {
  const state = groups.value;
  if (!state) {
    return (
      <Page title={strings('newGroup')}>
        <Skeleton kind="person" />
      </Page>
    );
  }
  const [unit, area, name] = [query.get('unit'), query.get('area'), query.get('name')];
  const start = name && (unit || area) ? { unit: unit ?? undefined, area: area ?? undefined, name } : undefined;
  return <NewGroupForm state={state} start={start} />;
}

interface FormProps {
  state: Groups;
  start: { unit?: string; area?: string; name: string } | undefined;
}

function NewGroupForm({ state, start }: FormProps) {
  const me = useMe(state);
  const [step, setStep] = useState<1 | 2>(1);
  const closeStep = useLayer(() => setStep(1), step === 2);
  const [pasting, setPasting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const name = useChecked(nameFault(newGroup.name.value));
  const [areaMissing, setAreaMissing] = useState(false);
  const done = useRef(false);
  const nameField = useRef<HTMLInputElement>(null);
  const phone = isPhone.value;
  const n = newGroup.count;
  const areaError = areaMissing && newGroup.by.value === 'area' && !newGroup.area.value;

  // The area one works in is most often the one the group is for.
  useEffect(() => {
    if (start?.area && !newGroup.area.peek()) newGroup.area.value = { code: start.area, title: start.name };
  }, []);
  useEffect(() => {
    if (!me || newGroup.area.peek() || start?.area) return;
    // Who is nowhere on the staff list begins with the agency's.
    const near = me.area ? { code: me.area, title: me.areaName } : agencyArea();
    if (near) newGroup.area.value = near;
  }, [me]);

  async function create(): Promise<void> {
    name.check();
    setAreaMissing(true);
    if (nameFault(newGroup.name.peek())) {
      nameField.current?.focus();
      return;
    }
    if (newGroup.by.peek() === 'area' && !newGroup.area.peek()) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const { account } = state;
      const { group, invited } = await state.call('group.create', newGroup.input(account), {
        id: newGroup.actionId(account),
      });
      const photo = newGroup.photo.peek();
      if (photo) {
        await state
          .call('group.setPhoto', { group, photo: photo.base64 }, { door: 'http' })
          .catch(() => showToast({ words: strings('photoNotSet'), icon: null }));
      }
      await state.whenListed(group);
      done.current = true;
      newGroup.clear();
      navigate(`/chats/${group}`, { replace: true });
      if (invited > 0) showToast(strings('invited', { n: invited }));
    } catch (error) {
      setRefusal(refusalWords(error, (account) => newGroup.people.peek().get(account)?.name));
    } finally {
      setBusy(false);
    }
  }

  const picker = (
    <PeoplePicker
      chosen={newGroup.people.value}
      onToggle={(person) => {
        if (newGroup.people.peek().has(person.id)) newGroup.drop(person.id);
        else newGroup.take([person]);
      }}
      onChooseAll={(people) => newGroup.take(people)}
      excluded={new Set([state.account])}
      recent={recentPeople(state)}
      start={start}
      most={ADDED_AT_ONCE}
    />
  );
  const tray = (
    <Tray
      people={newGroup.people}
      invited={newGroup.invited}
      onDrop={(id) => newGroup.drop(id)}
      onUninvite={(number) => newGroup.uninvite(number)}
    />
  );
  const paste = (
    <Button look="text" size="small" onPress={() => setPasting(true)}>
      {strings('pasteNumbers')}
    </Button>
  );
  const pasteSheet = pasting ? (
    <PasteNumbers
      group={null}
      onClose={() => setPasting(false)}
      onRead={(people, invited) => {
        newGroup.take(people);
        newGroup.invite(invited);
      }}
    />
  ) : null;
  const why = tooFewOrMany(n);
  const form = (
    <Details
      me={me}
      nameError={name.error}
      onNameLeft={name.onBlur}
      nameField={nameField}
      areaError={areaError ? strings('areaMissing') : undefined}
      focusName={phone}
    />
  );
  const createButton = (
    <Button size={phone ? 'large' : 'medium'} wide={phone} busy={busy} reason={why} onPress={() => void create()}>
      {n > 0 ? strings('createWith', { n }) : strings('create')}
    </Button>
  );
  const refused = refusal ? (
    <p class="group-refusal" role="alert">
      <Icon of={CircleAlert} size={16} />
      <span>{refusal}</span>
    </p>
  ) : null;

  if (!phone) {
    return (
      <>
        <div class="column-empty">
          <Mark size={88} />
        </div>
        <Sheet
          title={strings('newGroup')}
          size="large"
          flush
          class="new-group"
          onClose={() => {
            // After the dialog's own step back in the history has begun; the screen beneath it is the next one.
            if (!done.current) queueMicrotask(() => back('/chats'));
          }}
          foot={
            <>
              {refused}
              {createButton}
            </>
          }
        >
          <section class="new-group-people" aria-label={strings('chooseMembers')}>
            <div class="new-group-people-head">
              <h3 class="field-label">{strings('chooseMembers')}</h3>
              {paste}
            </div>
            {picker}
            {tray}
          </section>
          <section class="new-group-details scroll" aria-label={strings('nameGroup')}>
            {form}
          </section>
        </Sheet>
        {pasteSheet}
      </>
    );
  }

  if (step === 1) {
    return (
      <Page
        key="people"
        title={strings('newGroup')}
        subtitle={strings('stepOne')}
        actions={paste}
        scrolls={false}
        nested
        backTo="/chats"
        class="new-group-page"
        foot={
          <>
            {tray}
            <Button size="large" wide iconAfter={ArrowRight} reason={why} onPress={() => setStep(2)}>
              {strings('continue')}
            </Button>
          </>
        }
      >
        <div class="new-group-people">
          <h2 class="unseen">{strings('chooseMembers')}</h2>
          {picker}
        </div>
        {pasteSheet}
      </Page>
    );
  }
  return (
    <Page
      key="details"
      title={strings('newGroup')}
      subtitle={strings('stepTwo')}
      nested
      onBack={closeStep}
      class="new-group-page"
      foot={
        <>
          {refused}
          {createButton}
        </>
      }
    >
      {form}
    </Page>
  );
}

function tooFewOrMany(n: number): string | undefined {
  if (n === 0) return strings('chooseSomebody');
  return n > ADDED_AT_ONCE ? strings('tooMany', { n: ADDED_AT_ONCE }) : undefined;
}

/** The actor as the directory shows them; undefined until it is known. */
function useMe(state: Groups): Person | undefined {
  const [me, setMe] = useState<Person>();
  useEffect(() => {
    state.call('directory.person', { account: state.account }).then(
      ({ person, areaTitle }) => setMe({ ...person, areaName: areaTitle }),
      // Only what is filled in beforehand is missing then.
      () => undefined,
    );
  }, [state]);
  return me;
}

interface DetailsProps {
  me: Person | undefined;
  nameError: string | undefined;
  onNameLeft: () => void;
  nameField: { current: HTMLInputElement | null };
  areaError: string | undefined;
  focusName: boolean;
}

/** Step 2: photo and name, by area or by work, kind, who approves. */
function Details({ me, nameError: wrongName, onNameLeft, nameField, areaError, focusName }: DetailsProps) {
  const [choosing, setChoosing] = useState(false);
  const { by, kind, approval, photo } = newGroup;
  const self = groups.value?.account ?? '';
  const approver = newGroup.people.value.get(newGroup.approver.value ?? '');
  const shown = approver ?? me;
  const kindHelp = kindWords(kind.value).help;
  return (
    <div class="form group-form">
      <div class="group-name-row">
        <PhotoPick
          id={newGroup.name.value || self}
          name={newGroup.name.value}
          group={kind.value}
          size={72}
          photo={photo.value?.url}
          onPick={(it) => (photo.value = it)}
          onRemove={() => (photo.value = undefined)}
        />
        <NameField
          value={newGroup.name.value}
          onInput={(text) => (newGroup.name.value = text)}
          onBlur={onNameLeft}
          error={wrongName}
          autofocus={focusName}
          inputRef={nameField}
        />
      </div>
      <Segmented
        label={strings('by')}
        showLabel
        value={by.value}
        onChange={(value) => (by.value = value)}
        options={[
          { value: 'area', label: strings('byArea'), icon: MapPinHouse },
          { value: 'work', label: strings('byWork'), icon: BriefcaseBusiness },
        ]}
      />
      {by.value === 'area' ? (
        <AreaPicker
          label={strings('area')}
          value={newGroup.area.value?.code ?? null}
          onChoose={(area) => (newGroup.area.value = area)}
          error={areaError}
        />
      ) : (
        <Field
          label={strings('topic')}
          value={newGroup.topic.value}
          onInput={(text) => (newGroup.topic.value = text)}
          help={strings('topicHelp')}
          maxLength={TOPIC_MOST}
          autocapitalize="sentences"
          optional
        />
      )}
      <Select
        label={strings('kind')}
        value={kind.value}
        onChange={(value) => (kind.value = value)}
        options={CHOSEN_KINDS.map((value) => ({ value, label: kindWords(value).label }))}
        help={kindHelp}
      />
      <PickField label={strings('approver')} placeholder={strings('chooseApprover')} onPress={() => setChoosing(true)}>
        {shown ? (
          <span class="group-approver">
            <Avatar id={shown.id} name={shown.name} photo={photoPath(shown.photo)} size={32} />
            <span class="cut">
              {approver ? displayName(shown.name) : strings('approverSelf', { name: displayName(shown.name) })}
            </span>
          </span>
        ) : undefined}
      </PickField>
      <SwitchRow
        label={strings('approval')}
        help={strings(approval.value ? 'approvalHelp' : 'approvalOff')}
        checked={approval.value}
        onChange={(on) => {
          approval.value = on;
        }}
      />
      {choosing ? <ApproverSheet me={me} onClose={() => setChoosing(false)} /> : null}
    </div>
  );
}

function ApproverSheet({ me, onClose }: { me: Person | undefined; onClose: () => void }) {
  const id = useId();
  const people = [...(me ? [me] : []), ...newGroup.people.value.values()];
  const chosen = newGroup.approver.value ?? me?.id;
  return (
    <Sheet title={strings('chooseApprover')} flush full class="group-list-sheet" onClose={onClose}>
      <p class="group-sheet-text" id={id}>
        {strings('approverHelp')}
      </p>
      <VirtualList items={people} keyOf={(it) => it.id} label={strings('chooseApprover')} estimate={60}>
        {(person) => (
          <PersonRow
            id={person.id}
            name={
              person.id === me?.id
                ? strings('approverSelf', { name: displayName(person.name) })
                : displayName(person.name)
            }
            photo={photoPath(person.photo)}
            second={secondLine(person)}
            selected={person.id === chosen}
            onPress={() => {
              newGroup.approver.value = person.id === me?.id ? undefined : person.id;
              onClose();
            }}
          />
        )}
      </VirtualList>
    </Sheet>
  );
}
