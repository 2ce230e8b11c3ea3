; Application note: training by direct feedback alignment (DFA).
;
; Locked until the whole forward pass is done: then layer k makes its error and sends it, all hidden layers project it side
; by side, and each core updates when its own projection is made (docs/spec.md §2.9). Serves sDFA too, which sends signs.
;
; Registers: r1 layer, r2 bank offset, r3 cores, r4 end of the bank offsets, r5 layer count k, r6 event lines,
; r7–r9 scratch, r12 command register, r13 its bank, r14 return address.

; Configure: sDFA stays where the host chose it.
    ld   r7, RULE
    li   r8, RULE_SDFA
    beq  r7, r8, rule_chosen
    li   r7, RULE_DFA
    st   r7, RULE
rule_chosen:
    li   r7, LEARNING_TRAIN
    st   r7, LEARNING
    ld   r4, BANK_COUNT
    add  r4, r4, r4
    add  r4, r4, r4             ; behind the last bank: offsets run 0, 4, …, r4 − 4
    ld   r5, LAYER_COUNT

; A sample, the end of an epoch, or the end of the stream, whichever comes.
next_sample:
    wait r6, EVENT_INPUT | EVENT_EPOCH | EVENT_END
    li   r7, EVENT_INPUT
    and  r7, r6, r7
    bne  r7, r0, sample
    wait r7, EVENT_ALL_IDLE     ; no core works between samples; the end of an epoch asks for no less
    li   r7, EVENT_EPOCH
    and  r7, r6, r7
    beq  r7, r0, done
    li   r7, 1
    st   r7, EPOCH_END
    jmp  next_sample
done:
    halt

sample:
    wait r7, EVENT_LABEL
; Forward, layer after layer: each begins when the one below has sent its last event.
    li   r1, 1
forward:
    st   r1, LAYER_SELECT
    li   r12, START_FORWARD
    jal  r14, start_layer
    jal  r14, sync_layer
    addi r1, r1, 1
    bgeu r5, r1, forward
; The error of layer k, which is still needed by all others.
    st   r5, LAYER_SELECT
    li   r12, START_FEEDBACK
    jal  r14, start_layer
    jal  r14, sync_layer
; Hidden layers, all at the same time; none waits for another.
    addi r1, r5, -1
    beq  r1, r0, updates
project:
    st   r1, LAYER_SELECT
    jal  r14, start_layer
    loop r1, project
updates:
    jal  r14, update_all
    wait r7, EVENT_ALL_IDLE
; Release the sample only now: the update of layer 1 still needed its events.
    count
    li   r7, 1
    st   r7, INPUT_ACK
    jmp  next_sample

; Waits until no core of the selected layer is busy. Returns to r14; uses r2, r3.
sync_layer:
    li   r2, 0
sync_bank:
    ld   r3, LAYER_CORES(r2)
    sync r3, r2
    addi r2, r2, 4
    bltu r2, r4, sync_bank
    jr   r14

; Starts the command whose register r12 addresses on all cores of the selected layer. Returns to r14; uses r2, r3, r13.
start_layer:
    li   r2, 0
start_bank:
    ld   r3, LAYER_CORES(r2)
    add  r13, r12, r2
    st   r3, 0(r13)
    addi r2, r2, 4
    bltu r2, r4, start_bank
    jr   r14

; Starts an update on every mapped core. Returns to r14; uses r2, r3.
update_all:
    li   r2, 0
update_bank:
    ld   r3, MAPPED_CORES(r2)
    st   r3, START_UPDATE(r2)
    addi r2, r2, 4
    bltu r2, r4, update_bank
    jr   r14
