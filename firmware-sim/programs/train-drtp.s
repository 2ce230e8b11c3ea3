; Application note: training by direct random target projection (DRTP).
;
; The label alone gives every hidden layer its error signal, so a layer updates as soon as its own forward pass is done,
; while the layers above are still at work (docs/spec.md §2.9). Serves rule shallow too, whose hidden layers have nothing
; to do when they are told to learn.
;
; Registers: r1 layer, r2 bank offset, r3 cores, r4 end of the bank offsets, r5 layer count k, r6 event lines,
; r7–r9 scratch, r12 command register, r13 its bank, r14 return address.

; Configure: rule shallow stays where the host chose it.
    ld   r7, RULE
    li   r8, RULE_SHALLOW
    beq  r7, r8, rule_chosen
    li   r7, RULE_DRTP
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
    wait r7, EVENT_ALL_IDLE     ; the last updates of the epoch
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
    li   r1, 1
    st   r1, LAYER_SELECT
    jal  r14, sync_layer        ; it may still update for the sample before
layer:
; So may the layer above, whose event buffer takes the events of this one; layer k has none above.
    addi r7, r1, 1
    bltu r5, r7, forward
    st   r7, LAYER_SELECT
    jal  r14, sync_layer
forward:
    st   r1, LAYER_SELECT
    li   r12, START_FORWARD
    jal  r14, start_layer
    jal  r14, sync_layer
; The layer learns at once; its update waits in the core behind the feedback, and the program goes on to the next layer.
    li   r12, START_FEEDBACK
    jal  r14, start_layer
    li   r12, START_UPDATE
    jal  r14, start_layer
; Layer 1 has finished the sample: release it, so that the host can bring the next one.
    li   r7, 1
    bne  r1, r7, layer_done
    st   r7, INPUT_ACK
layer_done:
    addi r1, r1, 1
    bgeu r5, r1, layer
    count
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
