import { useState } from 'preact/hooks';
import { BriefcaseBusiness, CircleAlert, MapPinHouse } from 'lucide';

import { Button } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { Field, TextArea, useChecked } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { AreaPicker } from '../../areas/view/area-picker.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { photoPath } from '../../photos/rules.ts';
import { PhotoPick } from '../../photos/view/pick.tsx';
import type { Group } from '../protocol.ts';
import { DESCRIPTION_MOST, TOPIC_MOST } from '../rules.ts';
import type { Groups } from '../state.ts';
import { strings } from '../strings.ts';
import { NameField, nameFault } from './name.tsx';
import { refusalWords } from './refusals.ts';
import './groups.css';

interface EditGroupProps {
  state: Groups;
  chat: Chat;
  onClose: () => void;
}

/** Sửa thông tin nhóm: name, photo, area or work, description. */
export function EditGroup({ state, chat, onClose }: EditGroupProps) {
  const details = state.get(chat.group);
  if (!details) {
    return (
      <Sheet title={strings('edit')} onClose={onClose}>
        <Skeleton kind="setting" rows={4} />
      </Sheet>
    );
  }
  return <EditForm state={state} chat={chat} group={details} onClose={onClose} />;
}

function EditForm({ state, chat, group, onClose }: EditGroupProps & { group: Group }) {
  const [name, setName] = useState(group.name);
  const [description, setDescription] = useState(group.description);
  const [by, setBy] = useState<'area' | 'work'>(group.area || !group.topic ? 'area' : 'work');
  const [area, setArea] = useState<{ code: string; title: string } | undefined>(
    group.area ? { code: group.area.code, title: group.area.name } : undefined,
  );
  const [topic, setTopic] = useState(group.topic);
  const [busy, setBusy] = useState(false);
  const [photoBusy, setPhotoBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const wrong = nameFault(name);
  const checked = useChecked(wrong);

  async function save(): Promise<void> {
    checked.check();
    if (wrong) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const byArea = by === 'area';
      await state.call('group.change', {
        group: group.id,
        name,
        description,
        area: byArea ? (area?.code ?? null) : null,
        topic: byArea ? '' : topic,
      });
      onClose();
      showToast(strings('saved'));
    } catch (error) {
      setRefusal(refusalWords(error));
    } finally {
      setBusy(false);
    }
  }

  async function setPhoto(base64: string | null): Promise<void> {
    setPhotoBusy(true);
    setRefusal(undefined);
    try {
      await state.call('group.setPhoto', { group: group.id, photo: base64 }, { door: 'http' });
    } catch (error) {
      setRefusal(refusalWords(error));
    } finally {
      setPhotoBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('edit')}
      onClose={onClose}
      full
      foot={
        <>
          {refusal ? (
            <p class="group-refusal" role="alert">
              <Icon of={CircleAlert} size={16} />
              <span>{refusal}</span>
            </p>
          ) : null}
          <Button busy={busy} onPress={() => void save()}>
            {strings('save')}
          </Button>
        </>
      }
    >
      <div class="group-name-row">
        <PhotoPick
          id={group.id}
          name={name}
          group={group.kind}
          size={72}
          photo={photoPath(chat.photo, 'large')}
          busy={photoBusy}
          onPick={(photo) => void setPhoto(photo.base64)}
          onRemove={() => void setPhoto(null)}
        />
        <NameField value={name} onInput={setName} onBlur={checked.onBlur} error={checked.error} />
      </div>
      <Segmented
        label={strings('by')}
        showLabel
        value={by}
        onChange={setBy}
        options={[
          { value: 'area', label: strings('byArea'), icon: MapPinHouse },
          { value: 'work', label: strings('byWork'), icon: BriefcaseBusiness },
        ]}
      />
      {by === 'area' ? (
        <AreaPicker label={strings('area')} value={area?.code ?? null} onChoose={setArea} optional />
      ) : (
        <Field
          label={strings('topic')}
          value={topic}
          onInput={setTopic}
          help={strings('topicHelp')}
          maxLength={TOPIC_MOST}
          optional
        />
      )}
      <TextArea
        label={strings('description')}
        value={description}
        onInput={setDescription}
        maxLength={DESCRIPTION_MOST}
        rows={3}
        maxRows={6}
        optional
      />
    </Sheet>
  );
}
