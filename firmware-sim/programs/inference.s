; Application note: inference.
;
; Runs every sample forward, layer after layer, reads the output layer out and releases the sample. PREDICTION holds the
; class until the next readout; SAMPLE_COUNT counts the samples. Halts at the end of the stream.
;
; Registers: r1 layer, r2 bank offset, r3 cores, r4 end of the bank offsets, r5 layer count k, r6 event lines,
; r7–r9 scratch, r12 command register, r13 its bank, r14 return address.

    li   r7, LEARNING_OFF
    st   r7, LEARNING
    ld   r4, BANK_COUNT
    add  r4, r4, r4
    add  r4, r4, r4             ; behind the last bank: offsets run 0, 4, …, r4 − 4
    ld   r5, LAYER_COUNT

next_sample:
    wait r6, EVENT_INPUT | EVENT_END
    li   r7, EVENT_INPUT
    and  r7, r6, r7
    beq  r7, r0, done
    li   r1, 1
forward:
    st   r1, LAYER_SELECT
    li   r12, START_FORWARD
    jal  r14, start_layer
    jal  r14, sync_layer
    addi r1, r1, 1
    bgeu r5, r1, forward
; Layer k is still selected.
    li   r12, START_READOUT
    jal  r14, start_layer
    jal  r14, sync_layer
    count
    li   r7, 1
    st   r7, INPUT_ACK
    jmp  next_sample
done:
    halt

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
