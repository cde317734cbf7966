import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useRef, useState, useSyncExternalStore } from 'react';

import { formatBytes } from '../../ui/time';
import { clearUploads, dropped, stopUpload, type Upload, upload, uploadList } from './uploads';
import { words } from './words';
import './s3.css';

interface Props {
  bucket: string;
  prefix: string;
  children: ReactNode;
}

/** Takes what is dropped on its content; shows what is on its way. */
export function UploadArea({ bucket, prefix, children }: Props) {
  const [over, setOver] = useState(0);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (list: FileList | null) =>
    upload(
      bucket,
      prefix,
      Array.from(list ?? []).map((file) => ({ path: file.webkitRelativePath || file.name, file })),
    );
  return (
    <div
      className={over > 0 ? 'tx-drop tx-drop-over' : 'tx-drop'}
      onDragEnter={() => setOver((count) => count + 1)}
      onDragLeave={() => setOver((count) => count - 1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        setOver(0);
        void dropped(event.dataTransfer.items).then((chosen) => upload(bucket, prefix, chosen));
      }}
    >
      <SpaceBetween size="l">
        <div className="tx-drop-bar">
          <span>{words.uploadHere}</span>
          <Button iconName="upload" onClick={() => files.current?.click()}>
            {words.chooseFiles}
          </Button>
          <Button onClick={() => folder.current?.click()}>{words.chooseFolder}</Button>
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-label={words.chooseFiles}
            onChange={(event) => {
              take(event.target.files);
              event.target.value = '';
            }}
          />
          <input
            ref={folder}
            type="file"
            hidden
            aria-label={words.chooseFolder}
            {...{ webkitdirectory: '' }}
            onChange={(event) => {
              take(event.target.files);
              event.target.value = '';
            }}
          />
        </div>
        <Uploads />
        {children}
      </SpaceBetween>
    </div>
  );
}

/** More than these are summed up. */
const SHOWN = 5;

function Uploads() {
  const uploads = useSyncExternalStore(uploadList.subscribe, uploadList.get);
  if (uploads.length === 0) return null;
  const open = uploads.filter(({ state }) => state === 'sending' || state === 'waiting' || state === 'failed');
  const done = uploads.filter(({ state }) => state === 'done').length;
  return (
    <Container
      header={
        <Header variant="h2" actions={<Button onClick={clearUploads}>{words.clearUploads}</Button>}>
          {words.uploads}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {[...open]
          .reverse()
          .slice(0, SHOWN)
          .map((one) => (
            <Row key={one.id} upload={one} />
          ))}
        {open.length > SHOWN && <span>+ {open.length - SHOWN}</span>}
        <div role="status">{done > 0 && words.uploaded(done)}</div>
      </SpaceBetween>
    </Container>
  );
}

function Row({ upload: { id, bucket, key, size, sent, state, error } }: { upload: Upload }) {
  const percent = size === 0 ? (state === 'done' ? 100 : 0) : (sent / size) * 100;
  return (
    <div className="tx-upload">
      <ProgressBar
        label={`s3://${bucket}/${key}`}
        ariaLabel={words.uploading(key)}
        value={percent}
        status={state === 'failed' ? 'error' : 'in-progress'}
        additionalInfo={`${formatBytes(sent)} / ${formatBytes(size)}`}
        resultText={error ?? words.uploadFailed}
      />
      {state !== 'failed' && (
        <Button variant="icon" iconName="close" ariaLabel={words.stopUpload(key)} onClick={() => stopUpload(id)} />
      )}
    </div>
  );
}
