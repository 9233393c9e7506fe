"""The longer words of the command line's help: what each command does beyond its options, and examples."""

from __future__ import annotations

DESCRIPTION = "Find photos by picture: name one, or a box round one thing in it, and see where else you have it."
EXIT_CODES = """\
exit codes:
  0  done
  1  nothing found, or with --strict: some photos could not be read
  2  the command line, the picture or the folder is not right
  3  there is a problem with the library

environment:
  RESIGHT_LIBRARY  the library to use when --library is not given
  RESIGHT_DEVICE   what to compute on when --device is not given
  RESIGHT_ALLOW_NETWORK_LIBRARY=1  use a library on a network share, where it will be damaged sooner or later
"""
EXAMPLES = {
    "resight": """\
examples:
  resight                                open the window
  resight index ~/Pictures               add a folder, or bring it up to date
  resight search lamp.jpg                the photos most like this picture
  resight search lamp.jpg --box 0.4,0.2,0.7,0.9
""",
    "prepare": """\
The window and the other commands do the same by themselves when it is needed; this is for installers.

examples:
  resight prepare
""",
    "open": """\
examples:
  resight open
  resight open lamp.jpg
""",
    "index": """\
Photos are only read. Moved and renamed files are recognised. Stopping with Ctrl+C loses nothing: the next run goes on.

examples:
  resight index ~/Pictures /mnt/archive
  resight index                          bring all folders of the library up to date
  resight index --gentle                 the same, while others need the computer
  resight index --json ~/Pictures 2>/dev/null
""",
    "watch": """\
Photos that are new, changed, moved or gone are noticed within seconds; folders on other computers are looked through
every minute. Ctrl+C ends it. Then what was done is told, as by resight index.

examples:
  resight watch ~/Pictures
  resight watch                          all folders of the library
""",
    "exclude": """\
What is left out is forgotten at once; the photos are not touched, and nothing is written into their folders.

examples:
  resight exclude                        list what is left out
  resight exclude ~/Pictures/raw '*_small.jpg' --min-side 300
  resight exclude --include ~/Pictures/raw
""",
    "label": """\
Labels belong to the content of files: they stay when photos are moved or indexed anew, whatever the model. Several
pairs of the same make a group. A "different" between two pictures of one group contradicts it: both are listed, and one
of them has to be taken back with --forget before anything is learnt from that group.

examples:
  resight label lamp1.jpg lamp2.jpg --same
  resight label lamp1.jpg other.jpg another.jpg --different
  resight label lamp1.jpg other.jpg --forget
  resight label --list
  resight label --export labels.csv          and in another library: resight label --import labels.csv
""",
    "tune": """\
Learns from which photos of the library are alike, and uses what you have labelled to find out how much that may count
and whether it helps: every thing is searched with a model that was chosen without it. Parts of your own photos are
searched as well, so that nothing else gets worse. No photo is described again; it takes some minutes at most. A model
that is better waits for resight use. The exit code is 1 if it is not, and then nothing has changed.

examples:
  resight tune
  resight tune --use
""",
    "models": """\
The one in use is marked with a star. A model that was tuned can be used in other libraries, too.

examples:
  resight models
  resight models --export actnet-lite2-tuned mine.safetensors
  resight models --import mine.safetensors --library /mnt/archive/library
  resight models --remove actnet-lite2-tuned
""",
    "use": """\
The model in use answers until everything is ready for the other one. What it was described with stays, so that going
back is quick, until resight models --remove.

examples:
  resight use actnet-lite2-tuned
  resight use actnet-lite2-ac85bf7d      back to the one shipped
""",
    "collections": """\
A collection is a search kept under a name. What it finds is searched for each time, so new photos come in by
themselves. Its picture is known again wherever it is moved, and else a small copy of it is searched with.

examples:
  resight search lamp.jpg --box 0.4,0.2,0.7,0.9 --save Lamps
  resight collections                                list them
  resight collections Lamps -k 50                    search with one
  resight collections Lamps --rename "Floor lamps"
  resight collections Lamps --remove
""",
    "search": """\
The score is between 0 and 1, higher is better. The exit code is 1 if nothing was found.

examples:
  resight search lamp.jpg -k 50
  resight search lamp.jpg --box 0.4,0.2,0.7,0.9      left, top, right, bottom as shares of the upright picture
  resight search lamp.jpg --box-px 800,300,1400,1800 the same in pixels
  resight search room.jpg --box 0.4,0.2,0.7,0.9 --box 0.1,0.7,0.9,1    photos with both the lamp and the rug
  resight search room.jpg --box 0.4,0.2,0.7,0.9 --not-box 0,0,0.2,0.3  with the lamp, but without the face
  resight search lamp.jpg --turned                   also mirrored, or turned by 90, 180 or 270 degrees
  resight search lamp.jpg --min-score 0.5 --json
  resight search lamp.jpg --expand                   look further, with the help of the first hits
  resight search lamp.jpg --save Lamps               keep it as a collection
  resight search lamp.jpg --like lamp2.jpg --unlike vase.jpg    several examples, and what is not meant
""",
    "status": """\
examples:
  resight status
  resight status --json --library /mnt/archive/library
""",
    "failures": """\
examples:
  resight failures
  resight failures --json
""",
    "retry": """\
Photos that could not be read are otherwise looked at again when they change. Try them after a repair of the disk, or
after an update that knows more formats.

examples:
  resight retry
  resight retry ~/Pictures/IMG_1.CR2
""",
    "remove": """\
Only the library forgets the folder. Its photos are not touched.

examples:
  resight remove /mnt/archive
""",
    "check": """\
The exit code is 3 if the library is not in order.

examples:
  resight check
  resight check --repair
""",
    "snapshot": """\
A backup holds everything Resight knows about your photos, not the photos. Resight makes one a day by itself and keeps
the ten newest in the library; with --to it is written elsewhere, for example to another disk. The window may be open.

examples:
  resight snapshot
  resight snapshot --to /mnt/usb
  resight snapshot --list
""",
    "restore": """\
The library becomes what it was when the backup was made. What it is now is kept in the library's folder "recovery",
and can be restored in the same way. The window must be closed.

examples:
  resight restore --latest
  resight restore catalogue-0012-2026-11-24-0905.sqlite
  resight restore /mnt/usb/resight-library-2026-11-24.sqlite
""",
    "move": """\
The library is copied, the copy is verified, and only then it is used from there. The photos stay where they are. The
window must be closed.

examples:
  resight move /mnt/large-disk/resight
  resight move /mnt/large-disk/resight --delete-old
""",
    "evaluate": """\
A set is a folder FOLDER/<instance>/<photo>: photos in one folder show the same thing. Every photo is searched among all
others of its set and the distractors. A file IGNORE.tsv in FOLDER lists instances, tab-separated and one group a line,
that are never counted for or against each other. A library of its own is used; yours is not touched.

examples:
  resight evaluate sets/objects sets/scenes --distractors other-photos
  resight evaluate sets/objects --box-queries 0.10
  resight evaluate --protocol roxford5k oxford        after packaging/convert_ground_truth.py oxford/gnd_roxford5k.pkl
  resight evaluate --protocol holidays holidays --expand
""",
    "train": """\
A DATASET is a folder FOLDER/<instance>/<photo>, where a file IGNORE.tsv lists instances that may show the same thing,
tab-separated and one group a line; or a CSV file with the columns path and instance, and if wanted group (instances of
one group are never told apart) and source (each source counts the same). A row without an instance is an unlabelled
photo. Photos are only read.

Part of the photos is held out to tell how training goes; the network that finds them best is written to FILE. Beside
it lies a folder (FILE's name with .training) with log.csv, curves.png and a checkpoint of the last epoch: stopping with
Ctrl+C loses one epoch at most, and the same command goes on. During training the folder also holds what the network
sees of the photos, about 0.5 MB for each labelled one.

All settings that --set takes, with their defaults, are described in engine/training/settings.py.

examples:
  resight train photos/landmarks photos/products --unlabelled ~/Pictures --out mine.safetensors
  resight train photos.csv --root /mnt/photos --out mine.safetensors --loss contrastive --epochs 10
  resight train photos.csv --out long.safetensors --streams expanded16,expanded32,head --dim 1024
  resight train photos.csv --out mine.safetensors --set network_rate=3e-5 --set views.scales=0.7,1,1.4
  resight search lamp.jpg --model mine.safetensors --library ~/mine   each model needs a library of its own
""",
    "study": """\
Compares what the paper on ACTNET compares: the poolings SPoC, MAC, GeM, R-MAC, Sine-Hyperbolic, Exponential and
Weibull, each with the deepest stream alone (SSA) and with all (MSA), each untrained and trained by several seeds. DIR
gets a report (README.md) with figures, intervals and plots, but no photo and no path.

DATASET is as for resight train, and is what is learnt from; sets to measure on are as for resight evaluate. The
backbone stays as it is unless --set network_rate says otherwise, so photos pass it only once for all networks; while
the study runs, DIR also holds what it gives for them, about 1.2 MB for each photo. Stopping with Ctrl+C loses one
training at most, and the same command goes on; more seeds or poolings can be added later.

Settings are those of resight train, with the defaults of engine/study/plan.py.

examples:
  resight study photos/landmarks photos/products --out study
  resight study photos.csv --root /mnt/photos --test sets/objects sets/scenes --distractors others --out study
  resight study photos.csv --test sets/objects --out study --poolings gem,weibull --seeds 1 --set epochs=3
""",
}
